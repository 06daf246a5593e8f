/// Convolutions by RISC-V's vectors: 32 channels across the lanes, inputs as scalars. What those of int8 and float32 share. A file that includes it
/// has set the target, and says what an input and a weight are:
///
/// TYPE (of a scalar register), CONSTRAINT, LOAD_INPUT, AT(k), STEP_BYTES (of a turn's inputs); LOAD_WEIGHTS, WEIGHT_BYTES (of 32), WEIGHT_WIDTH;
/// MULTIPLY_ADD; and for tiles of 3 (and 1), 6 (and 4) and 12 pixels LMUL_N of the weights and TURN_N, the inputs of a turn with two places for
/// weights.
#include "facet_internal.h"
#include <riscv_vector.h>

#define INPUT(x, p, k) LOAD_INPUT " %[" #x "], " AT(k) "(%[p" #p "])\n\t"
#define MULTIPLY(a, x, w) MULTIPLY_ADD " v" #a ", %[" #x "], v" #w "\n\t"
/// Inputs of three pixels (p, q, r) by the weights in register w, to the sums in registers a, b, c.
#define THREE(a, b, c, p, q, r, k, w) INPUT(x, p, k) INPUT(y, q, k) INPUT(z, r, k) MULTIPLY(a, x, w) MULTIPLY(b, y, w) MULTIPLY(c, z, w)
#define NEXT(p) "addi %[p" #p "], %[p" #p "], " STEP_BYTES "\n\t"
#define WEIGHTS(w) LOAD_WEIGHTS " v" #w ", (%[weights])\n\taddi %[weights], %[weights], " WEIGHT_BYTES "\n\t"
#define LOAD(a) "vle32.v v" #a ", (%[from])\n\tadd %[from], %[from], %[step]\n\t"
#define STORE(a) "vse32.v v" #a ", (%[sums])\n\taddi %[sums], %[sums], 128\n\t"
#define TILE(step, turn, next, load, store, narrow, wide)                                                                   \
  "vsetvli zero, %[lanes], e32, " wide ", ta, ma\n\t" load "vsetvli zero, %[lanes], " WEIGHT_WIDTH ", " narrow ", ta, ma\n" \
  "0:\n\t" turn(step) next "bne %[weights], %[end], 0b\n\tvsetvli zero, %[lanes], e32, " wide ", ta, ma\n\t" store
/// Four inputs from `k` on. The next weights are loaded while the last ones are used, or where there is one place for both, after them.
#define FOUR_AHEAD(step, k, w, v) WEIGHTS(w) WEIGHTS(v) step(k, w) WEIGHTS(w) step(k + 1, v) WEIGHTS(v) step(k + 2, w) step(k + 3, v)
#define FOUR_IN_PLACE(step, k, w) WEIGHTS(w) step(k, w) WEIGHTS(w) step(k + 1, w) WEIGHTS(w) step(k + 2, w) WEIGHTS(w) step(k + 3, w)
#define OPERANDS [weights] "+r"(w), [sums] "+r"(sums), [from] "+r"(from), [x] CONSTRAINT(t[0]), [y] CONSTRAINT(t[1]), [z] CONSTRAINT(t[2])
#define INPUTS [end] "r"(s.end), [step] "r"(s.step), [lanes] "r"((intptr_t)FACET_BLOCK)
#define CLOBBERS                                                                                                                               \
  "memory", "vl", "vtype", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", \
      "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31"

/// Pixels that take the same weights, in one round or several, each of which finds all of it so many bytes further.
typedef struct {
  const uint8_t *const *input; ///< theirs lie `offset` bytes from where the pointers lead
  const uint8_t *w, *end; ///< weights up to `end`
  const uint8_t *from; ///< what the sums start from, of each pixel `step` bytes further
  uint8_t *sums;
  ptrdiff_t offset, step;
  ptrdiff_t next_offset, next_w, next_from, next_sums;
  int32_t rounds; ///< 1 where ROUNDS is not `s.rounds`
} pixels;

#if !defined(ROUNDS)
#define ROUNDS 1
#endif

#define STEP_1(k, w) INPUT(x, 0, k) MULTIPLY(8, x, w)
#define STEP_3(k, w) THREE(8, 16, 24, 0, 1, 2, k, w)
#define STEP_4(k, w) THREE(8, 12, 16, 0, 1, 2, k, w) INPUT(x, 3, k) MULTIPLY(20, x, w)
#define STEP_6(k, w) THREE(8, 12, 16, 0, 1, 2, k, w) THREE(20, 24, 28, 3, 4, 5, k, w)
#define STEP_12(k, w) \
  THREE(8, 10, 12, 0, 1, 2, k, w) THREE(14, 16, 18, 3, 4, 5, k, w) THREE(20, 22, 24, 6, 7, 8, k, w) THREE(26, 28, 30, 9, 10, 11, k, w)

/// The tiles of N pixels from pixel `first` on, in all rounds: `p`, where inputs lie, and `w`, `from`, `sums`.
#define EACH_TILE(N)                                                              \
  pixels s = *all;                                                                \
  for (int32_t round = 0; round < ROUNDS; round++, next_round(&s)) {              \
    const uint8_t *from = s.from + first * s.step;                                \
    uint8_t *sums = s.sums + first * (4 * FACET_BLOCK);                           \
    for (int32_t i = first; i < first + N * count; i += N) {                      \
      const uint8_t *p[N], *w = s.w;                                              \
      FACET_UNROLLED_FOR(int j = 0; j < N; j++) p[j] = s.input[i + j] + s.offset; \
      TYPE t[3];
#define END_TILE \
  }              \
  }
#define POINTERS_3 [p0] "+r"(p[0]), [p1] "+r"(p[1]), [p2] "+r"(p[2])
#define POINTERS_4 POINTERS_3, [p3] "+r"(p[3])
#define POINTERS_6 POINTERS_4, [p4] "+r"(p[4]), [p5] "+r"(p[5])
#define POINTERS_12 POINTERS_6, [p6] "+r"(p[6]), [p7] "+r"(p[7]), [p8] "+r"(p[8]), [p9] "+r"(p[9]), [p10] "+r"(p[10]), [p11] "+r"(p[11])

FACET_INLINE void next_round(pixels *s) {
  s->offset += s->next_offset;
  s->w += s->next_w;
  s->end += s->next_w;
  s->from += s->next_from;
  s->sums += s->next_sums;
}

/// Single pixels; vectors of 128 bits or more.
FACET_OUTLINE void tiles_of_1(const pixels *all, int32_t first, int32_t count) {
  EACH_TILE(1)
  __asm__ volatile(TILE(STEP_1, TURN_3, NEXT(0), LOAD(8), STORE(8), LMUL_3, "m8") : OPERANDS, [p0] "+r"(p[0]) : INPUTS : CLOBBERS);
  END_TILE
}

/// Vectors of 128 bits or more.
FACET_OUTLINE void tiles_of_3(const pixels *all, int32_t first, int32_t count) {
  EACH_TILE(3)
  __asm__ volatile(TILE(STEP_3, TURN_3, NEXT(0) NEXT(1) NEXT(2), LOAD(8) LOAD(16) LOAD(24), STORE(8) STORE(16) STORE(24), LMUL_3, "m8")
                   : OPERANDS, POINTERS_3
                   : INPUTS
                   : CLOBBERS);
  END_TILE
}

/// Vectors of 256 bits or more.
FACET_OUTLINE void tiles_of_4(const pixels *all, int32_t first, int32_t count) {
  EACH_TILE(4)
  __asm__ volatile(
      TILE(STEP_4, TURN_6, NEXT(0) NEXT(1) NEXT(2) NEXT(3), LOAD(8) LOAD(12) LOAD(16) LOAD(20), STORE(8) STORE(12) STORE(16) STORE(20), LMUL_6, "m4")
      : OPERANDS, POINTERS_4
      : INPUTS
      : CLOBBERS);
  END_TILE
}

/// Vectors of 256 bits or more.
FACET_OUTLINE void tiles_of_6(const pixels *all, int32_t first, int32_t count) {
  EACH_TILE(6)
  __asm__ volatile(TILE(STEP_6, TURN_6, NEXT(0) NEXT(1) NEXT(2) NEXT(3) NEXT(4) NEXT(5), LOAD(8) LOAD(12) LOAD(16) LOAD(20) LOAD(24) LOAD(28),
                        STORE(8) STORE(12) STORE(16) STORE(20) STORE(24) STORE(28), LMUL_6, "m4")
                   : OPERANDS, POINTERS_6
                   : INPUTS
                   : CLOBBERS);
  END_TILE
}

/// Vectors of 512 bits or more.
FACET_OUTLINE void tiles_of_12(const pixels *all, int32_t first, int32_t count) {
  EACH_TILE(12)
  __asm__ volatile(TILE(STEP_12, TURN_12, NEXT(0) NEXT(1) NEXT(2) NEXT(3) NEXT(4) NEXT(5) NEXT(6) NEXT(7) NEXT(8) NEXT(9) NEXT(10) NEXT(11),
                        LOAD(8) LOAD(10) LOAD(12) LOAD(14) LOAD(16) LOAD(18) LOAD(20) LOAD(22) LOAD(24) LOAD(26) LOAD(28) LOAD(30),
                        STORE(8) STORE(10) STORE(12) STORE(14) STORE(16) STORE(18) STORE(20) STORE(22) STORE(24) STORE(26) STORE(28) STORE(30),
                        LMUL_12, "m2")
                   : OPERANDS, POINTERS_12
                   : INPUTS
                   : CLOBBERS);
  END_TILE
}

/// `all` pixels, in the largest tiles that the vectors have room for. The last tile may read pointers and write sums of up to 5 pixels more where
/// there are 7 and more, to 6 pixels where there are 5, to 3 where there are 2.
FACET_OUTLINE void run_tiles(const pixels *s, int32_t all) {
  const size_t bytes = __riscv_vlenb();
  int32_t first = 0, count;
  if (bytes >= 64 && (count = (all + 5) / 12) > 0) {
    tiles_of_12(s, 0, count);
    first = 12 * count;
  }
  if (bytes >= 32 && all - first > 4) {
    count = (all - first + 1) / 6;
    tiles_of_6(s, first, count);
    first += 6 * count;
  }
  if (bytes >= 32 && all - first == 4) {
    tiles_of_4(s, first, 1);
  } else if (all - first > 1) {
    count = (all - first + 1) / 3;
    tiles_of_3(s, first, count);
    if (all - first > 3 * count) tiles_of_1(s, first + 3 * count, 1);
  } else if (all > first) {
    tiles_of_1(s, first, 1);
  }
}
