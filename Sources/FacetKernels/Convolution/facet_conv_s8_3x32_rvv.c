#if defined(__riscv) && __riscv_xlen == 64
#include "facet_conv_tile.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_requantize_rvv.h"

// 32 channels lie across the lanes; an input is a scalar. Weights are made 16 bits wide, [k][32], for a strip of pixels at a time, which costs
// nothing beside the products. Sums of a strip stay in memory between the parts of the window.

/// Output pixels of a strip, and weights of a channel that are widened together. PIXELS is a multiple of each tile's.
enum { PIXELS = 72, WIDENED = 224 };

typedef struct {
  const uint8_t *input[PIXELS];
  ptrdiff_t output[PIXELS], residual[PIXELS];
  int32_t index;
  int16_t weights[WIDENED * FACET_BLOCK];
  int32_t sums[PIXELS][FACET_BLOCK];
} strip;

// Inputs of three pixels (p, q, r) by the weights in register w, to the sums in registers a, b, c.
#define TEXT(x) #x
#define THREE(a, b, c, p, q, r, at, w)                                                                                                          \
  "lb %[x], " TEXT(at) "(%[p" TEXT(p) "])\n\tlb %[y], " TEXT(at) "(%[p" TEXT(q) "])\n\tlb %[z], " TEXT(at) "(%[p" TEXT(r) "])\n\t"              \
  "vwmacc.vx v" TEXT(a) ", %[x], v" TEXT(w) "\n\tvwmacc.vx v" TEXT(b) ", %[y], v" TEXT(w) "\n\tvwmacc.vx v" TEXT(c) ", %[z], v" TEXT(w) "\n\t"
#define NEXT(p) "addi %[p" TEXT(p) "], %[p" TEXT(p) "], 4\n\t"
#define WEIGHTS(w) "vle16.v v" TEXT(w) ", (%[weights])\n\taddi %[weights], %[weights], 64\n\t"
#define LOAD(a) "vle32.v v" TEXT(a) ", (%[sums])\n\taddi %[sums], %[sums], 128\n\t"
#define STORE(a) "addi %[sums], %[sums], -128\n\tvse32.v v" TEXT(a) ", (%[sums])\n\t"
/// Four inputs a turn, by registers w and v of LMUL `narrow`; sums have twice that.
#define TILE(step, w, v, next, load, store, narrow, wide)                                                                                       \
  "li %[x], 32\n\tvsetvli zero, %[x], e32, " wide ", ta, ma\n\t" load "vsetvli zero, %[x], e16, " narrow ", ta, ma\n"                           \
  "0:\n\t" WEIGHTS(w) WEIGHTS(v) step(0, w) WEIGHTS(w) step(1, v) WEIGHTS(v) step(2, w) step(3, v) next "bne %[weights], %[end], 0b\n\t"        \
  "li %[x], 32\n\tvsetvli zero, %[x], e32, " wide ", ta, ma\n\t" store
#define OPERANDS [weights] "+r"(w), [sums] "+r"(sums), [x] "=&r"(t[0]), [y] "=&r"(t[1]), [z] "=&r"(t[2])
#define CLOBBERS                                                                                                                                \
  "memory", "vl", "vtype", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17",  \
      "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31"

#define STEP_1(at, w) "lb %[x], " TEXT(at) "(%[p0])\n\tvwmacc.vx v8, %[x], v" TEXT(w) "\n\t"
#define STEP_3(at, w) THREE(8, 16, 24, 0, 1, 2, at, w)
#define STEP_6(at, w) THREE(8, 12, 16, 0, 1, 2, at, w) THREE(20, 24, 28, 3, 4, 5, at, w)
#define STEP_12(at, w)                                                            \
  THREE(8, 10, 12, 0, 1, 2, at, w) THREE(14, 16, 18, 3, 4, 5, at, w)              \
  THREE(20, 22, 24, 6, 7, 8, at, w) THREE(26, 28, 30, 9, 10, 11, at, w)

/// One pixel by the weights up to `end`; vectors of 128 bits or more.
FACET_OUTLINE void tile_1(const uint8_t *const input[], ptrdiff_t offset, const int16_t *w, const int16_t *end, int32_t *sums) {
  const uint8_t *p0 = input[0] + offset;
  intptr_t t[3];
  __asm__ volatile(TILE(STEP_1, 0, 4, NEXT(0), LOAD(8), STORE(8), "m4", "m8") : OPERANDS, [p0] "+r"(p0) : [end] "r"(end) : CLOBBERS);
}

/// Three pixels; vectors of 128 bits or more.
FACET_OUTLINE void tile_3(const uint8_t *const input[], ptrdiff_t offset, const int16_t *w, const int16_t *end, int32_t *sums) {
  const uint8_t *p0 = input[0] + offset, *p1 = input[1] + offset, *p2 = input[2] + offset;
  intptr_t t[3];
  __asm__ volatile(TILE(STEP_3, 0, 4, NEXT(0) NEXT(1) NEXT(2), LOAD(8) LOAD(16) LOAD(24), STORE(24) STORE(16) STORE(8), "m4", "m8")
                   : OPERANDS, [p0] "+r"(p0), [p1] "+r"(p1), [p2] "+r"(p2)
                   : [end] "r"(end)
                   : CLOBBERS);
}

/// Six pixels; vectors of 256 bits or more.
FACET_OUTLINE void tile_6(const uint8_t *const input[], ptrdiff_t offset, const int16_t *w, const int16_t *end, int32_t *sums) {
  const uint8_t *p[6];
  FACET_UNROLLED_FOR(int i = 0; i < 6; i++) p[i] = input[i] + offset;
  intptr_t t[3];
  __asm__ volatile(TILE(STEP_6, 4, 6, NEXT(0) NEXT(1) NEXT(2) NEXT(3) NEXT(4) NEXT(5), LOAD(8) LOAD(12) LOAD(16) LOAD(20) LOAD(24) LOAD(28),
                        STORE(28) STORE(24) STORE(20) STORE(16) STORE(12) STORE(8), "m2", "m4")
                   : OPERANDS, [p0] "+r"(p[0]), [p1] "+r"(p[1]), [p2] "+r"(p[2]), [p3] "+r"(p[3]), [p4] "+r"(p[4]), [p5] "+r"(p[5])
                   : [end] "r"(end)
                   : CLOBBERS);
}

/// Twelve pixels; vectors of 512 bits or more.
FACET_OUTLINE void tile_12(const uint8_t *const input[], ptrdiff_t offset, const int16_t *w, const int16_t *end, int32_t *sums) {
  const uint8_t *p[12];
  FACET_UNROLLED_FOR(int i = 0; i < 12; i++) p[i] = input[i] + offset;
  intptr_t t[3];
  __asm__ volatile(TILE(STEP_12, 4, 5,
                        NEXT(0) NEXT(1) NEXT(2) NEXT(3) NEXT(4) NEXT(5) NEXT(6) NEXT(7) NEXT(8) NEXT(9) NEXT(10) NEXT(11),
                        LOAD(8) LOAD(10) LOAD(12) LOAD(14) LOAD(16) LOAD(18) LOAD(20) LOAD(22) LOAD(24) LOAD(26) LOAD(28) LOAD(30),
                        STORE(30) STORE(28) STORE(26) STORE(24) STORE(22) STORE(20) STORE(18) STORE(16) STORE(14) STORE(12) STORE(10) STORE(8),
                        "m1", "m2")
                   : OPERANDS, [p0] "+r"(p[0]), [p1] "+r"(p[1]), [p2] "+r"(p[2]), [p3] "+r"(p[3]), [p4] "+r"(p[4]), [p5] "+r"(p[5]),
                     [p6] "+r"(p[6]), [p7] "+r"(p[7]), [p8] "+r"(p[8]), [p9] "+r"(p[9]), [p10] "+r"(p[10]), [p11] "+r"(p[11])
                   : [end] "r"(end)
                   : CLOBBERS);
}

/// `count` weights (a multiple of 4) of 32 channels from [k/4][32][4] to [k][32], 16 bits wide.
FACET_OUTLINE void widen(const int8_t *w, ptrdiff_t count, int16_t *to) {
  const size_t vl = FACET_BLOCK;
  for (ptrdiff_t k = 0; k < count; k += 4, w += 4 * FACET_BLOCK, to += 4 * FACET_BLOCK) {
    const vint8m2x4_t four = __riscv_vlseg4e8_v_i8m2x4(w, vl);
    __riscv_vse16_v_i16m4(to, __riscv_vsext_vf2_i16m4(__riscv_vget_v_i8m2x4_i8m2(four, 0), vl), vl);
    __riscv_vse16_v_i16m4(to + 1 * FACET_BLOCK, __riscv_vsext_vf2_i16m4(__riscv_vget_v_i8m2x4_i8m2(four, 1), vl), vl);
    __riscv_vse16_v_i16m4(to + 2 * FACET_BLOCK, __riscv_vsext_vf2_i16m4(__riscv_vget_v_i8m2x4_i8m2(four, 2), vl), vl);
    __riscv_vse16_v_i16m4(to + 3 * FACET_BLOCK, __riscv_vsext_vf2_i16m4(__riscv_vget_v_i8m2x4_i8m2(four, 3), vl), vl);
  }
}

/// One pixel alone: `count` inputs by weights as they are stored, which would be widened for nothing else.
FACET_OUTLINE void one_pixel(const int8_t *input, const int8_t *w, ptrdiff_t count, int32_t *sums) {
  const size_t vl = FACET_BLOCK;
  vint32m8_t acc = __riscv_vle32_v_i32m8(sums, vl);
  FACET_ROLLED_FOR(ptrdiff_t k = 0; k < count; k += 4, input += 4, w += 4 * FACET_BLOCK) {
    const vint8m2x4_t four = __riscv_vlseg4e8_v_i8m2x4(w, vl);
    acc = __riscv_vwmacc_vx_i32m8(acc, input[0], __riscv_vsext_vf2_i16m4(__riscv_vget_v_i8m2x4_i8m2(four, 0), vl), vl);
    acc = __riscv_vwmacc_vx_i32m8(acc, input[1], __riscv_vsext_vf2_i16m4(__riscv_vget_v_i8m2x4_i8m2(four, 1), vl), vl);
    acc = __riscv_vwmacc_vx_i32m8(acc, input[2], __riscv_vsext_vf2_i16m4(__riscv_vget_v_i8m2x4_i8m2(four, 2), vl), vl);
    acc = __riscv_vwmacc_vx_i32m8(acc, input[3], __riscv_vsext_vf2_i16m4(__riscv_vget_v_i8m2x4_i8m2(four, 3), vl), vl);
  }
  __riscv_vse32_v_i32m8(sums, acc, vl);
}

/// A strip's pixels by widened weights, in the largest tiles that the vectors have room for.
FACET_INLINE void tiles(strip *s, ptrdiff_t offset, int32_t pixels, ptrdiff_t count, size_t bytes) {
  const int16_t *end = s->weights + count * FACET_BLOCK;
  for (int32_t i = 0; i < pixels;) {
    const int32_t left = pixels - i;
    if (bytes >= 64 && left > 6) {
      tile_12(s->input + i, offset, s->weights, end, s->sums[i]);
      i += 12;
    } else if (bytes >= 32 && left > 4) {
      tile_6(s->input + i, offset, s->weights, end, s->sums[i]);
      i += 6;
    } else if (left > 1) {
      tile_3(s->input + i, offset, s->weights, end, s->sums[i]);
      i += 3;
    } else {
      tile_1(s->input + i, offset, s->weights, end, s->sums[i]);
      i += 1;
    }
  }
}

/// The first `count` sums of a pixel to its results.
FACET_OUTLINE void store(const facet_conv *c, const facet_conv_block *b, const strip *s, int32_t i) {
  if (c->scores) {
    const int32_t index = s->index + i;
    facet_store_s8(c, (const uint32_t *)s->sums[i], (int32_t)b->first, b->channel, b->count, index / c->out_width, index % c->out_width);
    return;
  }
  const size_t vl = (size_t)b->count;
  facet_store_sums_rvv(c, __riscv_vle32_v_i32m8(s->sums[i], vl), c->multiplier + b->first, (uint8_t *)c->output + s->output[i] + b->channel,
                       c->residual ? (const int8_t *)c->residual + s->residual[i] + b->channel : NULL, vl);
}

/// A strip's pixels by one block of channels.
static void block(const facet_conv *c, facet_segments g, int32_t i, int32_t pixels, strip *s) {
  const facet_conv_block b = facet_conv_block_at(c, i, 1);
  const ptrdiff_t length = (g.length + 3) / 4 * 4, from = b.input - (const uint8_t *)c->input;
  const int8_t *w = (const int8_t *)c->weights + i * (g.rows * g.columns * length * FACET_BLOCK);
  const size_t bytes = __riscv_vlenb();
  for (int32_t p = 0; p < pixels; p++) memcpy(s->sums[p], c->initial + b.first, sizeof s->sums[0]);
  for (int32_t ky = 0; ky < g.rows; ky++)
    for (int32_t kx = 0; kx < g.columns; kx++) {
      const ptrdiff_t tap = from + ky * (c->input_row * c->dilation_y) + kx * (c->input_pixel * c->dilation_x);
      for (ptrdiff_t k = 0, count; k < length; k += count, w += count * FACET_BLOCK) {
        count = length - k < WIDENED ? length - k : WIDENED;
        if (pixels == 1) {
          one_pixel((const int8_t *)s->input[0] + tap + k, w, count, s->sums[0]);
        } else {
          widen(w, count, s->weights);
          tiles(s, tap + k, pixels, count, bytes);
        }
      }
    }
  for (int32_t p = 0; p < pixels; p++) store(c, &b, s, p);
}

/// Convolution and fully connected, int8: 3 pixels by 32 channels with vectors of 128 bits, 6 with 256, 12 with 512 and more.
void facet_conv_s8_3x32_rvv(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_conv *c = arguments;
  const facet_segments g = facet_conv_segments(c);
  const facet_conv_strides strides = facet_conv_strides_of(c);
  strip s;
  facet_position p = facet_position_at(c, p0);
  for (int32_t left = p1 - p0; left > 0;) {
    const int32_t pixels = left < PIXELS ? left : PIXELS;
    s.index = p.index;
    for (int32_t i = 0; i < pixels; i++) {
      s.input[i] = (const uint8_t *)c->input + p.input;
      s.output[i] = p.output;
      s.residual[i] = p.residual;
      facet_position_advance(&strides, &p, 1);
    }
    for (int32_t i = pixels; i < PIXELS && i < pixels + 11; i++) s.input[i] = s.input[pixels - 1]; // what a tile repeats
    for (int32_t i = b0; i < b1; i++) block(c, g, i, pixels, &s);
    left -= pixels;
  }
}
#pragma clang attribute pop
#endif
