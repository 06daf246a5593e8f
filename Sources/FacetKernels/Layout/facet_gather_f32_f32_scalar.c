#include "facet_internal.h"

/// Planar float32 to a float32 tensor with interleaved channels.
void facet_gather_f32_f32_scalar(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  const float *input = (const float *)a->input + (ptrdiff_t)y0 * a->width;
  const ptrdiff_t plane = (ptrdiff_t)a->height * a->width;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++, input++) {
      float *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t i = 0; i < a->channels; i++) output[i] = input[i * plane];
    }
}
