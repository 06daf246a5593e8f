#define FACET_SMALL_ON_ARM_ONLY
#include "facet_small.h"
#include "facet_unary_body.h"

/// float32 to int8: q = int(rne(clamp(x * scale))) + z, where `scale` holds 1 / the tensor's; NaN gives z.
void facet_quantize_f32_scalar(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(arguments, sizeof(float), 1), *a = &m;
  const float low = (float)((a->stored_unsigned ? 0 : -128) - a->output_zero), high = low + 255.0f, scale = a->scale;
  const int32_t zero = a->output_zero;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const float *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t i = 0; i < a->channels; i++) {
        const float p = input[i] * scale;
        output[i] = facet_requantize(p == p ? p : 0.0f, low, high, zero);
      }
    }
}
#include "facet_small_end.h"
