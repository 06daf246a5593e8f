#if defined(__riscv) && __riscv_xlen == 64
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_requantize_rvv.h"

// Weights are made 16 bits wide, [k][32], for a strip of pixels at a time, which costs nothing beside the products.
#define TYPE intptr_t
#define CONSTRAINT "=&r"
#define LOAD_INPUT "lb"
#define AT(k) #k
#define STEP_BYTES "4"
#define LOAD_WEIGHTS "vle16.v"
#define WEIGHT_BYTES "64"
#define WEIGHT_WIDTH "e16"
#define MULTIPLY_ADD "vwmacc.vx"
#define LMUL_3 "m4"
#define LMUL_6 "m2"
#define LMUL_12 "m1"
#define TURN_3(step) FOUR_AHEAD(step, 0, 0, 4)
#define TURN_6(step) FOUR_AHEAD(step, 0, 4, 6)
#define TURN_12(step) FOUR_AHEAD(step, 0, 4, 5)
#include "facet_conv_tile_rvv.h"
#include "facet_conv_strip_rvv.h"
#include "facet_conv_windows.h"

/// Weights of a channel that are widened together: those of a small window with what rounds its last row up.
enum { WIDENED = FACET_WINDOW + 4 };
_Static_assert(STRIP == FACET_WINDOWS, "a strip's windows are copied together");

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
FACET_OUTLINE void one_pixel(const int8_t *input, const int8_t *w, ptrdiff_t count, const void *from, uint32_t *sums) {
  const size_t vl = FACET_BLOCK;
  vint32m8_t acc = __riscv_vle32_v_i32m8(from, vl);
  FACET_ROLLED_FOR(ptrdiff_t k = 0; k < count; k += 4, input += 4, w += 4 * FACET_BLOCK) {
    const vint8m2x4_t four = __riscv_vlseg4e8_v_i8m2x4(w, vl);
    acc = __riscv_vwmacc_vx_i32m8(acc, input[0], __riscv_vsext_vf2_i16m4(__riscv_vget_v_i8m2x4_i8m2(four, 0), vl), vl);
    acc = __riscv_vwmacc_vx_i32m8(acc, input[1], __riscv_vsext_vf2_i16m4(__riscv_vget_v_i8m2x4_i8m2(four, 1), vl), vl);
    acc = __riscv_vwmacc_vx_i32m8(acc, input[2], __riscv_vsext_vf2_i16m4(__riscv_vget_v_i8m2x4_i8m2(four, 2), vl), vl);
    acc = __riscv_vwmacc_vx_i32m8(acc, input[3], __riscv_vsext_vf2_i16m4(__riscv_vget_v_i8m2x4_i8m2(four, 3), vl), vl);
  }
  __riscv_vse32_v_i32m8((int32_t *)sums, acc, vl);
}

/// A strip's sums to its results where there are scores or a function.
FACET_OUTLINE void store_any(const facet_conv *c, const facet_conv_block *b, const strip *s) {
  if (c->function != FACET_RESULT_PLAIN) {
    const facet_sums_riscv sums = {.sums = s->sums,
                                   .step = FACET_BLOCK,
                                   .output = (uintptr_t)c->output + (uintptr_t)b->channel,
                                   .residual = (uintptr_t)c->residual + (uintptr_t)b->channel,
                                   .outputs = s->output,
                                   .residuals = s->residual,
                                   .first = (int32_t)b->first,
                                   .count = b->count,
                                   .pixels = s->pixels};
    facet_store_function_rvv(c, &sums);
    return;
  }
  for (int32_t i = 0; i < s->pixels; i++)
    facet_store_s8(c, s->sums[i], (int32_t)b->first, b->channel, b->count, (s->index + i) / c->out_width, (s->index + i) % c->out_width);
}

/// A strip's sums to its results.
FACET_OUTLINE void store(const facet_conv *arguments, const facet_conv_block *b, const strip *s) {
  const facet_conv c = *arguments; // a copy, in which the results do not lie
  if (c.scores || c.function != FACET_RESULT_PLAIN) {
    store_any(arguments, b, s);
    return;
  }
  const int32_t pixels = s->pixels;
  const size_t vl = (size_t)b->count;
  const vfloat32m8_t multiplier = __riscv_vle32_v_f32m8(c.multiplier + b->first, vl);
  uint8_t *output = (uint8_t *)c.output + b->channel;
  const int8_t *residual = c.residual ? (const int8_t *)c.residual + b->channel : NULL;
  for (int32_t i = 0; i < pixels; i++)
    facet_store_products_rvv(&c, __riscv_vle32_v_i32m8((const int32_t *)s->sums[i], vl), multiplier, output + s->output[i],
                             residual ? residual + s->residual[i] : NULL, vl);
}

/// A small window lies side by side; otherwise the sums go from segment to segment.
FACET_OUTLINE void block(const facet_conv *c, facet_segments g, int32_t i, strip *s) {
  const facet_conv_block b = facet_conv_block_at(c, i, 1);
  const ptrdiff_t length = (g.length + 3) / 4 * 4, from = b.input - (const uint8_t *)c->input;
  const int8_t *w = (const int8_t *)c->weights + i * (g.rows * g.columns * length * FACET_BLOCK);
  int16_t widened[WIDENED * FACET_BLOCK];
  start at = {c->initial + b.first, 0};
  if (s->window) {
    int16_t *to = widened;
    for (int32_t j = 0; j < g.rows * g.columns; j++, w += length * FACET_BLOCK, to += g.length * FACET_BLOCK) widen(w, length, to);
    memset(to, 0, 3 * FACET_BLOCK * sizeof *to);
    add(s, 0, widened, widened + s->window * FACET_BLOCK, &at);
  }
  for (int32_t ky = 0; ky < g.rows && !s->window; ky++)
    for (int32_t kx = 0; kx < g.columns; kx++) {
      const ptrdiff_t tap = from + ky * (c->input_row * c->dilation_y) + kx * (c->input_pixel * c->dilation_x);
      for (ptrdiff_t k = 0, count; k < length; k += count, w += count * FACET_BLOCK) {
        count = length - k < WIDENED ? length - k : WIDENED;
        if (s->pixels == 1) {
          one_pixel((const int8_t *)s->input[0] + tap + k, w, count, at.from, s->sums[0]);
          at.from = s->sums;
        } else {
          widen(w, count, widened);
          add(s, tap + k, widened, widened + count * FACET_BLOCK, &at);
        }
      }
    }
  store(c, &b, s);
}

/// Small windows, row by row of them, to scratch, where the strip's inputs lie from then on.
FACET_OUTLINE void copy_windows(const facet_conv *c, facet_segments g, strip *s) {
  s->window = s->pixels > 1 ? facet_window_bytes(c) : 0;
  if (!s->window) return;
  const uint8_t *const *end = s->input + s->pixels;
  const ptrdiff_t window = s->window;
  uint8_t *copy = c->scratch, *to = copy;
  for (int32_t ky = 0; ky < g.rows; ky++)
    for (int32_t kx = 0; kx < g.columns; kx++)
      for (int32_t k = 0, count; k < g.length; k += count, to += count) {
        ptrdiff_t from = ky * (c->input_row * c->dilation_y) + kx * (c->input_pixel * c->dilation_x) + k;
        __asm__("" : "+r"(from)); // one number, which the compiler would add part by part to each pointer
        const size_t vl = __riscv_vsetvl_e8m8((size_t)(g.length - k));
        count = (int32_t)vl;
        uint8_t *pixel = to;
        for (const uint8_t *const *input = s->input; input < end; input++, pixel += window)
          __riscv_vse8_v_u8m8(pixel, __riscv_vle8_v_u8m8(*input + from, vl), vl);
      }
  for (int32_t i = 0; i < STRIP; i++) s->input[i] = copy + i * window;
}

/// Convolution and fully connected, int8: 3 pixels by 32 channels with vectors of 128 bits, 6 with 256, 12 with 512 and more.
void facet_conv_s8_3x32_rvv(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  strips(arguments, p0, p1, b0, b1, copy_windows);
}
#pragma clang attribute pop
#endif
