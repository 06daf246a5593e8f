#define FACET_SMALL_ON_ARM
#include "facet_small.h"
#include "facet_internal.h"

/// float32 to two int8 parts: x · scale = high + low / alpha, each rounded and, with the zero point, within ±127. Not a number is 0.
void facet_split_f32_scalar(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary *a = arguments;
  const float lowest = (float)((a->stored_unsigned ? 1 : -127) - a->output_zero), highest = lowest + 254.0f;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const float *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *high = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel), *low = high + a->low_part;
      for (int32_t i = 0; i < a->channels; i++) {
        const float x_scaled = facet_scalar_f32(input[i] * a->scale), p = x_scaled == x_scaled ? x_scaled : 0.0f;
        const int32_t h = facet_round(facet_clamp(p, lowest, highest));
        high[i] = (uint8_t)(h + a->output_zero);
        low[i] = facet_requantize((p - (float)h) * a->alpha, lowest, highest, a->output_zero);
      }
    }
}
#include "facet_small_end.h"
