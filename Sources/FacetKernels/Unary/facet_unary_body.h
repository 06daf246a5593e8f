/// Rows, pixels and channels of an operation with one input and one output.
#ifndef FACET_UNARY_BODY_H
#define FACET_UNARY_BODY_H
#include "facet_internal.h"

/// Pixels without gaps are one long pixel.
FACET_INLINE facet_unary facet_unary_merged(const facet_unary *a, ptrdiff_t in_element, ptrdiff_t out_element) {
  facet_unary m = *a;
  if (a->input_pixel == a->channels * in_element && a->output_pixel == a->channels * out_element) {
    m.channels = a->width * a->channels;
    m.width = 1;
  }
  return m;
}

/// Defines `void name(arguments, y0, y1)`: every element `v` becomes `expression`, which may read `a`.
#define FACET_UNARY_F32(name, expression)                                                       \
  void name(const void *arguments, int32_t y0, int32_t y1) {                                    \
    const facet_unary m = facet_unary_merged(arguments, sizeof(float), sizeof(float)), *a = &m; \
    for (int32_t y = y0; y < y1; y++)                                                           \
      for (int32_t x = 0; x < a->width; x++) {                                                  \
        const float *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);         \
        float *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);   \
        for (int32_t i = 0; i < a->channels; i++) {                                             \
          const float v = facet_scalar_f32(input[i]);                                           \
          output[i] = expression;                                                               \
        }                                                                                       \
      }                                                                                         \
  }

#endif
