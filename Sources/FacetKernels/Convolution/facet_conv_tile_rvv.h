/// Convolutions by RISC-V's vectors: 32 channels across the lanes, inputs as scalars. What those of int8 and float32 share. A file that includes it
/// has set the target, and says what an input and a weight are:
///
/// TYPE (of a scalar register), CONSTRAINT, LOAD_INPUT, AT(k), STEP_BYTES (of four inputs); LOAD_WEIGHTS, WEIGHT_BYTES (of 32), WEIGHT_WIDTH;
/// MULTIPLY_ADD; and for tiles of 3, 6 and 12 pixels LMUL_N of the weights and REGISTERS_N, two places for them.
#include "facet_conv_tile.h"
#include <riscv_vector.h>

/// Output pixels of a strip, a multiple of each tile's. Sums of a strip stay in memory between the segments of the window.
enum { STRIP = 72 };

typedef struct {
  const uint8_t *input[STRIP]; ///< for the first group; those behind the last pixel repeat it
  ptrdiff_t output[STRIP], residual[STRIP];
  int32_t index;
  uint32_t sums[STRIP][FACET_BLOCK];
} strip;

/// The next `pixels`.
FACET_OUTLINE void fill(const facet_conv *c, const facet_conv_strides *strides, facet_position *p, int32_t pixels, strip *s) {
  s->index = p->index;
  for (int32_t i = 0; i < pixels; i++) {
    s->input[i] = (const uint8_t *)c->input + p->input;
    s->output[i] = p->output;
    s->residual[i] = p->residual;
    facet_position_advance(strides, p, 1);
  }
  for (int32_t i = pixels; i < STRIP && i < pixels + 11; i++) s->input[i] = s->input[pixels - 1];
}

/// Lets the sums of all pixels start from `initial`.
FACET_INLINE void start(strip *s, int32_t pixels, const void *initial) {
  const vuint32m8_t v = __riscv_vle32_v_u32m8(initial, FACET_BLOCK);
  for (int32_t i = 0; i < pixels; i++) __riscv_vse32_v_u32m8(s->sums[i], v, FACET_BLOCK);
}

#define INPUT(x, p, k) LOAD_INPUT " %[" #x "], " AT(k) "(%[p" #p "])\n\t"
#define MULTIPLY(a, x, w) MULTIPLY_ADD " v" #a ", %[" #x "], v" #w "\n\t"
/// Inputs of three pixels (p, q, r) by the weights in register w, to the sums in registers a, b, c.
#define THREE(a, b, c, p, q, r, k, w) INPUT(x, p, k) INPUT(y, q, k) INPUT(z, r, k) MULTIPLY(a, x, w) MULTIPLY(b, y, w) MULTIPLY(c, z, w)
#define NEXT(p) "addi %[p" #p "], %[p" #p "], " STEP_BYTES "\n\t"
#define WEIGHTS(w) LOAD_WEIGHTS " v" #w ", (%[weights])\n\taddi %[weights], %[weights], " WEIGHT_BYTES "\n\t"
#define LOAD(a) "vle32.v v" #a ", (%[sums])\n\taddi %[sums], %[sums], 128\n\t"
#define STORE(a) "addi %[sums], %[sums], -128\n\tvse32.v v" #a ", (%[sums])\n\t"
/// Four inputs a turn.
#define TILE(step, registers, next, load, store, narrow, wide)                                                                                  \
  "vsetvli zero, %[lanes], e32, " wide ", ta, ma\n\t" load "vsetvli zero, %[lanes], " WEIGHT_WIDTH ", " narrow ", ta, ma\n"                     \
  "0:\n\t" registers(step) next "bne %[weights], %[end], 0b\n\tvsetvli zero, %[lanes], e32, " wide ", ta, ma\n\t" store
/// The next weights are loaded while the last ones are used, or where there is one place for both, after them.
#define TURN_AHEAD(step, w, v) WEIGHTS(w) WEIGHTS(v) step(0, w) WEIGHTS(w) step(1, v) WEIGHTS(v) step(2, w) step(3, v)
#define TURN_IN_PLACE(step, w) WEIGHTS(w) step(0, w) WEIGHTS(w) step(1, w) WEIGHTS(w) step(2, w) WEIGHTS(w) step(3, w)
#define OPERANDS [weights] "+r"(w), [sums] "+r"(sums), [x] CONSTRAINT(t[0]), [y] CONSTRAINT(t[1]), [z] CONSTRAINT(t[2])
#define INPUTS [end] "r"(end), [lanes] "r"((intptr_t)FACET_BLOCK)
#define CLOBBERS                                                                                                                                \
  "memory", "vl", "vtype", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17",  \
      "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31"

#define STEP_1(k, w) INPUT(x, 0, k) MULTIPLY(8, x, w)
#define STEP_3(k, w) THREE(8, 16, 24, 0, 1, 2, k, w)
#define STEP_6(k, w) THREE(8, 12, 16, 0, 1, 2, k, w) THREE(20, 24, 28, 3, 4, 5, k, w)
#define STEP_12(k, w)                                                                                                                           \
  THREE(8, 10, 12, 0, 1, 2, k, w) THREE(14, 16, 18, 3, 4, 5, k, w) THREE(20, 22, 24, 6, 7, 8, k, w) THREE(26, 28, 30, 9, 10, 11, k, w)

/// One pixel by the weights up to `end`; vectors of 128 bits or more.
FACET_OUTLINE void tile_1(const uint8_t *const input[], ptrdiff_t offset, const void *w, const void *end, uint32_t *sums) {
  const uint8_t *p0 = input[0] + offset;
  TYPE t[3];
  __asm__ volatile(TILE(STEP_1, REGISTERS_3, NEXT(0), LOAD(8), STORE(8), LMUL_3, "m8") : OPERANDS, [p0] "+r"(p0) : INPUTS : CLOBBERS);
}

/// Three pixels; vectors of 128 bits or more.
FACET_OUTLINE void tile_3(const uint8_t *const input[], ptrdiff_t offset, const void *w, const void *end, uint32_t *sums) {
  const uint8_t *p0 = input[0] + offset, *p1 = input[1] + offset, *p2 = input[2] + offset;
  TYPE t[3];
  __asm__ volatile(TILE(STEP_3, REGISTERS_3, NEXT(0) NEXT(1) NEXT(2), LOAD(8) LOAD(16) LOAD(24), STORE(24) STORE(16) STORE(8), LMUL_3, "m8")
                   : OPERANDS, [p0] "+r"(p0), [p1] "+r"(p1), [p2] "+r"(p2)
                   : INPUTS
                   : CLOBBERS);
}

/// Six pixels; vectors of 256 bits or more.
FACET_OUTLINE void tile_6(const uint8_t *const input[], ptrdiff_t offset, const void *w, const void *end, uint32_t *sums) {
  const uint8_t *p[6];
  FACET_UNROLLED_FOR(int i = 0; i < 6; i++) p[i] = input[i] + offset;
  TYPE t[3];
  __asm__ volatile(TILE(STEP_6, REGISTERS_6, NEXT(0) NEXT(1) NEXT(2) NEXT(3) NEXT(4) NEXT(5),
                        LOAD(8) LOAD(12) LOAD(16) LOAD(20) LOAD(24) LOAD(28),
                        STORE(28) STORE(24) STORE(20) STORE(16) STORE(12) STORE(8), LMUL_6, "m4")
                   : OPERANDS, [p0] "+r"(p[0]), [p1] "+r"(p[1]), [p2] "+r"(p[2]), [p3] "+r"(p[3]), [p4] "+r"(p[4]), [p5] "+r"(p[5])
                   : INPUTS
                   : CLOBBERS);
}

/// Twelve pixels; vectors of 512 bits or more.
FACET_OUTLINE void tile_12(const uint8_t *const input[], ptrdiff_t offset, const void *w, const void *end, uint32_t *sums) {
  const uint8_t *p[12];
  FACET_UNROLLED_FOR(int i = 0; i < 12; i++) p[i] = input[i] + offset;
  TYPE t[3];
  __asm__ volatile(TILE(STEP_12, REGISTERS_12, NEXT(0) NEXT(1) NEXT(2) NEXT(3) NEXT(4) NEXT(5) NEXT(6) NEXT(7) NEXT(8) NEXT(9) NEXT(10) NEXT(11),
                        LOAD(8) LOAD(10) LOAD(12) LOAD(14) LOAD(16) LOAD(18) LOAD(20) LOAD(22) LOAD(24) LOAD(26) LOAD(28) LOAD(30),
                        STORE(30) STORE(28) STORE(26) STORE(24) STORE(22) STORE(20) STORE(18) STORE(16) STORE(14) STORE(12) STORE(10) STORE(8),
                        LMUL_12, "m2")
                   : OPERANDS, [p0] "+r"(p[0]), [p1] "+r"(p[1]), [p2] "+r"(p[2]), [p3] "+r"(p[3]), [p4] "+r"(p[4]), [p5] "+r"(p[5]),
                     [p6] "+r"(p[6]), [p7] "+r"(p[7]), [p8] "+r"(p[8]), [p9] "+r"(p[9]), [p10] "+r"(p[10]), [p11] "+r"(p[11])
                   : INPUTS
                   : CLOBBERS);
}

/// A strip's pixels by the weights from `w` to `end` (a multiple of four), in the largest tiles that the vectors have room for.
FACET_OUTLINE void tiles(strip *s, ptrdiff_t offset, int32_t pixels, const void *w, const void *end) {
  const size_t bytes = __riscv_vlenb();
  for (int32_t i = 0; i < pixels;) {
    const int32_t left = pixels - i;
    if (bytes >= 64 && left > 6) {
      tile_12(s->input + i, offset, w, end, s->sums[i]);
      i += 12;
    } else if (bytes >= 32 && left > 4) {
      tile_6(s->input + i, offset, w, end, s->sums[i]);
      i += 6;
    } else if (left > 1) {
      tile_3(s->input + i, offset, w, end, s->sums[i]);
      i += 3;
    } else {
      tile_1(s->input + i, offset, w, end, s->sums[i]);
      i += 1;
    }
  }
}
