#include "facet_internal.h"

/// Pixels less a mean image to a float32 tensor: p * factor - mean, each rounded.
void facet_gather_mean_f32_scalar(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  for (int32_t y = y0; y < y1; y++) {
    const ptrdiff_t row = (ptrdiff_t)y * a->width * a->channels;
    const uint8_t *input = facet_at(a->input, row);
    const float *means = a->means + row;
    float *output = facet_at_mutable(a->output, y * a->output_row);
    for (int32_t x = 0; x < a->width; x++, input += a->channels, means += a->channels, output = facet_at_mutable(output, a->output_pixel))
      for (int32_t i = 0; i < a->channels; i++) {
        const float p = (float)input[i] * a->factors[i];
        output[i] = p - means[i];
      }
  }
}
