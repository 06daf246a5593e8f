#if defined(__riscv) && __riscv_xlen == 64
#include "facet_depthwise_taps.h"

/// Outside of the target, or the compiler lists taps by vectors.
FACET_OUTLINE void list(const facet_conv *c, facet_depthwise_taps *t) { facet_depthwise_list(c, t); }

#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_requantize_rvv.h"

/// One tap of a pixel, in 16 bits.
FACET_INLINE vint16m4_t product(const int8_t *x, vint8m2_t w, size_t vl) { return __riscv_vwmul_vv_i16m4(__riscv_vle8_v_i8m2(x, vl), w, vl); }

/// Another one added: two products fit, as weights are never -128.
FACET_INLINE vint16m4_t and_product(vint16m4_t p, const int8_t *x, vint8m2_t w, size_t vl) {
  return __riscv_vwmacc_vv_i16m4(p, __riscv_vle8_v_i8m2(x, vl), w, vl);
}

/// Two output pixels that lie `step` bytes apart in the input (0 where there is only one), by `vl` channels; with `only_sums` these instead.
FACET_INLINE void pixels(const facet_conv *c, const facet_depthwise_taps *t, const int8_t *in, ptrdiff_t step, const int8_t *w,
                         const int32_t *initial, const float *multiplier, uint8_t *output, const int8_t *residual, int32_t *only_sums, size_t vl) {
  vint32m8_t a = __riscv_vle32_v_i32m8(initial, vl), b = a;
  const ptrdiff_t *offset = t->offset, *end = t->offset + (t->count & ~1);
  FACET_ROLLED_FOR(; offset < end; offset += 2) {
    const vint8m2_t w0 = __riscv_vle8_v_i8m2(w, vl), w1 = __riscv_vle8_v_i8m2(w + c->groups, vl);
    const int8_t *x0 = in + offset[0], *x1 = in + offset[1];
    vint16m4_t p = product(x0, w0, vl), q = product(x0 + step, w0, vl);
    p = and_product(p, x1, w1, vl);
    q = and_product(q, x1 + step, w1, vl);
    __asm__("" : "+vr"(p), "+vr"(q)); // both before the sums: each change of width is an instruction
    a = __riscv_vwadd_wv_i32m8(a, p, vl);
    b = __riscv_vwadd_wv_i32m8(b, q, vl);
    w += 2 * (ptrdiff_t)c->groups;
  }
  if (t->count & 1) {
    const vint8m2_t w0 = __riscv_vle8_v_i8m2(w, vl);
    a = __riscv_vwadd_wv_i32m8(a, product(in + *offset, w0, vl), vl);
    b = __riscv_vwadd_wv_i32m8(b, product(in + *offset + step, w0, vl), vl);
  }
  if (only_sums) {
    __riscv_vse32_v_i32m8(only_sums, a, vl);
    __riscv_vse32_v_i32m8(only_sums + vl, b, vl);
    return;
  }
  facet_store_sums_rvv(c, a, multiplier, output, residual, vl);
  if (step) facet_store_sums_rvv(c, b, multiplier, output + c->output_pixel, residual ? residual + c->residual_pixel : NULL, vl);
}

/// Sums that are kept for a function, at most, and pixels and channels of those.
enum { KEPT = 2048, KEPT_PIXELS = 64, KEPT_CHANNELS = 128 };

/// Rows [y0, y1) with a function: the sums of some whole rows, or of a part of one, then their results.
FACET_OUTLINE void with_function(const facet_conv *c, const facet_depthwise_taps *t, int32_t y0, int32_t y1) {
  int32_t sums[KEPT + KEPT_CHANNELS]; // and of a pixel more, which an odd width makes
  ptrdiff_t outputs[KEPT_PIXELS], residuals[KEPT_PIXELS];
  const int32_t most = KEPT / (int32_t)__riscv_vsetvl_e8m2(KEPT_CHANNELS), columns = c->out_width < most ? c->out_width : most;
  const int32_t rows = most / columns < y1 - y0 ? most / columns : y1 - y0;
  for (int32_t i = 0; i < rows * columns; i++) {
    outputs[i] = i / columns * c->output_row + i % columns * c->output_pixel;
    residuals[i] = i / columns * c->residual_row + i % columns * c->residual_pixel;
  }
  const ptrdiff_t step = c->input_pixel * c->stride_x;
  for (int32_t y = y0; y < y1; y += rows)
    for (int32_t x = 0; x < c->out_width; x += columns) {
      const int32_t height = y1 - y < rows ? y1 - y : rows, width = c->out_width - x < columns ? c->out_width - x : columns;
      for (int32_t first = 0, count; first < c->groups; first += count) {
        const size_t vl = __riscv_vsetvl_e8m2((size_t)(c->groups - first < KEPT_CHANNELS ? c->groups - first : KEPT_CHANNELS));
        count = (int32_t)vl;
        int32_t *to = sums;
        for (int32_t i = 0; i < height; i++, to -= (width & 1) * count) {
          const int8_t *in = (const int8_t *)c->input + (y + i) * (c->input_row * c->stride_y) + x * step + first;
          for (int32_t j = 0; j < width; j += 2, in += 2 * step, to += 2 * count)
            pixels(c, t, in, j + 1 < width ? step : 0, (const int8_t *)c->weights + first, c->initial + first, NULL, NULL, NULL, to, vl);
        }
        const facet_sums_riscv s = {.sums = sums,
                                    .step = count,
                                    .output = (uintptr_t)c->output + (uintptr_t)(y * c->output_row + x * c->output_pixel + first),
                                    .residual = (uintptr_t)c->residual + (uintptr_t)(y * c->residual_row + x * c->residual_pixel + first),
                                    .outputs = outputs,
                                    .residuals = residuals,
                                    .first = first,
                                    .count = count,
                                    .pixels = height * width};
        facet_store_function_rvv(c, &s);
      }
    }
}

/// Depthwise convolution, int8: two pixels by 32 channels with vectors of 128 bits, more with longer ones; taps in pairs, which fit in 16 bits.
void facet_depthwise_s8_2x32_rvv(const void *arguments, int32_t y0, int32_t y1) {
  const facet_conv *c = arguments;
  facet_depthwise_taps t;
  list(c, &t);
  if (c->function != FACET_RESULT_PLAIN) {
    with_function(c, &t, y0, y1);
    return;
  }
  const ptrdiff_t step = c->input_pixel * c->stride_x;
  for (int32_t y = y0; y < y1; y++)
    for (size_t first = 0, vl; first < (size_t)c->groups; first += vl) {
      vl = __riscv_vsetvl_e8m2((size_t)c->groups - first);
      const int8_t *in = (const int8_t *)c->input + y * (c->input_row * c->stride_y) + first, *w = (const int8_t *)c->weights + first;
      uint8_t *output = (uint8_t *)c->output + y * c->output_row + first;
      const int8_t *residual = c->residual ? (const int8_t *)c->residual + y * c->residual_row + first : NULL;
      for (int32_t x = 0; x < c->out_width; x += 2, in += 2 * step, output += 2 * c->output_pixel) {
        pixels(c, &t, in, x + 1 < c->out_width ? step : 0, w, c->initial + first, c->multiplier + first, output, residual, NULL, vl);
        if (residual) residual += 2 * c->residual_pixel;
      }
    }
}
#pragma clang attribute pop
#endif
