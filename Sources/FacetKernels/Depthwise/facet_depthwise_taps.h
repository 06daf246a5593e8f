/// The taps of a depthwise convolution in pairs, which a multiply-add of 16-bit numbers wants.
#ifndef FACET_DEPTHWISE_TAPS_H
#define FACET_DEPTHWISE_TAPS_H
#include "facet_internal.h"

/// Kernels above 8x8 take the general loops.
#define FACET_DEPTHWISE_TAPS 64

typedef struct {
  ptrdiff_t offset[FACET_DEPTHWISE_TAPS]; ///< from the pixel under tap (0, 0); an odd last tap stands twice
  int32_t count, pairs;
} facet_depthwise_taps;

/// Whether a kernel in pairs of taps can run it.
FACET_INLINE int32_t facet_depthwise_has_pairs(const facet_conv *c) {
  return !c->scores && (int64_t)c->kernel_h * c->kernel_w <= FACET_DEPTHWISE_TAPS;
}

/// A 3x3 window without dilation at stride 1 or 2, the same both ways.
FACET_INLINE int32_t facet_depthwise_is_3x3(const facet_conv *c) {
  return c->kernel_h == 3 && c->kernel_w == 3 && c->dilation_y == 1 && c->dilation_x == 1 && c->stride_y == c->stride_x && c->stride_x <= 2;
}

/// What the kernel of RISC-V without vectors takes: 3x3 or 5x5 without dilation at stride 1 or 2.
FACET_INLINE int32_t facet_depthwise_is_square(const facet_conv *c) {
  return !c->scores && !c->residual && !c->stored_unsigned && c->groups > 1 && c->kernel_h == c->kernel_w && (c->kernel_h == 3 || c->kernel_h == 5) &&
         c->dilation_y == 1 && c->dilation_x == 1 && c->stride_y == c->stride_x && c->stride_x <= 2;
}

/// Output rows that all blocks of channels pass before the next ones, an even number: their input stays in the first cache, so that
/// no line is fetched again for each block.
FACET_INLINE int32_t facet_depthwise_band(const facet_conv *c) {
  const int64_t row_bytes = (int64_t)c->out_width * c->stride_x * c->stride_y * c->input_pixel;
  const int64_t rows = 2 * (16384 / (row_bytes < 1 ? 1 : row_bytes));
  return rows < 2 ? 2 : rows > 1024 ? 1024 : (int32_t)rows;
}

FACET_INLINE void facet_depthwise_list(const facet_conv *c, facet_depthwise_taps *t) {
  t->count = c->kernel_h * c->kernel_w;
  t->pairs = (t->count + 1) / 2;
  for (int32_t i = 0; i < 2 * t->pairs; i++) {
    const int32_t tap = i < t->count ? i : t->count - 1;
    t->offset[i] = tap / c->kernel_w * (c->input_row * c->dilation_y) + tap % c->kernel_w * (c->input_pixel * c->dilation_x);
  }
}

#endif
