#include "facet_internal.h"

/// Planar float32 to an int8 tensor: q = int(rne(clamp(x * r))) + z; NaN gives z.
void facet_gather_f32_s8_scalar(const facet_gather *a) {
  const float *input = a->input;
  const float low = (float)((a->stored_unsigned ? 0 : -128) - a->zero), high = low + 255.0f;
  const ptrdiff_t plane = (ptrdiff_t)a->height * a->width;
  for (int32_t y = 0; y < a->height; y++)
    for (int32_t x = 0; x < a->width; x++, input++) {
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t i = 0; i < a->channels; i++) {
        const float p = input[i * plane] * a->multiplier;
        output[i] = facet_requantize(p == p ? p : 0.0f, low, high, a->zero);
      }
    }
}
