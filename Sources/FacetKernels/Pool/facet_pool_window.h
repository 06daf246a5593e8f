/// The part of a pooling window that lies inside the input.
#ifndef FACET_POOL_WINDOW_H
#define FACET_POOL_WINDOW_H
#include "facet_internal.h"

/// Along one axis: taps [begin, end) are inside; `counted` positions count for the mean.
typedef struct {
  int64_t origin;
  int32_t begin, end, counted;
} facet_window;

/// The window of output position `o`. Positions in the padding count when `include_pad`; those that ceil mode adds
/// beyond the padding never do.
FACET_INLINE facet_window facet_pool_window(int32_t o, int32_t stride, int32_t dilation, int32_t kernel, int32_t size, int32_t pad_before,
                                            int32_t pad_after, int32_t include_pad) {
  facet_window w = {(int64_t)o * stride - pad_before, 0, 0, 0};
  int32_t padded = 0;
  // a few steps: vectors would only take room
  _Pragma("clang loop vectorize(disable) unroll(disable)") for (int32_t k = 0; k < kernel; k++) {
    const int64_t i = w.origin + (int64_t)k * dilation;
    if (i < 0) w.begin = k + 1;
    if (i < size) w.end = k + 1;
    if (i < (int64_t)size + pad_after) padded = k + 1;
  }
  if (w.end < w.begin) w.end = w.begin;
  w.counted = include_pad ? padded : w.end - w.begin;
  return w;
}

/// The index of the multiplier of a mean over `rows * columns` elements; an empty window counts as one.
FACET_INLINE int32_t facet_pool_index(const facet_pool *a, facet_window rows, facet_window columns) {
  const int32_t n = rows.counted * columns.counted;
  return a->one_multiplier || n < 1 ? 0 : n - 1;
}

FACET_INLINE facet_window facet_pool_rows(const facet_pool *a, int32_t y) {
  return facet_pool_window(y, a->stride_y, a->dilation_y, a->kernel_h, a->in_height, a->pad_top, a->pad_bottom, a->count_include_pad);
}

FACET_INLINE facet_window facet_pool_columns(const facet_pool *a, int32_t x) {
  return facet_pool_window(x, a->stride_x, a->dilation_x, a->kernel_w, a->in_width, a->pad_left, a->pad_right, a->count_include_pad);
}

/// The first channel of the input pixel under tap (ky, kx).
FACET_INLINE const void *facet_pool_pixel(const facet_pool *a, facet_window rows, int32_t ky, facet_window columns, int32_t kx) {
  return facet_at(a->input, (ptrdiff_t)(rows.origin + (int64_t)ky * a->dilation_y) * a->input_row +
                                (ptrdiff_t)(columns.origin + (int64_t)kx * a->dilation_x) * a->input_pixel);
}

#endif
