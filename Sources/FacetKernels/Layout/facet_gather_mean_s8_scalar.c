#include "facet_internal.h"

/// Pixels less a mean image to an int8 tensor: q = int(rne(clamp(p * factor - mean))) + z, product and difference each rounded.
void facet_gather_mean_s8_scalar(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  const float low = (float)((a->stored_unsigned ? 0 : -128) - a->zero), high = low + 255.0f;
  for (int32_t y = y0; y < y1; y++) {
    const ptrdiff_t row = (ptrdiff_t)y * a->width * a->channels;
    const uint8_t *input = facet_at(a->input, row);
    const float *means = a->means + row;
    uint8_t *output = facet_at_mutable(a->output, y * a->output_row);
    for (int32_t x = 0; x < a->width; x++, input += a->channels, means += a->channels, output += a->output_pixel)
      for (int32_t i = 0; i < a->channels; i++) {
        const float p = (float)input[i] * a->factors[i];
        output[i] = facet_requantize(p - means[i], low, high, a->zero);
      }
  }
}
