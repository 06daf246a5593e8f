#define FACET_SMALL_ON_ARM_ONLY
#include "facet_small.h"
#include "facet_unary_body.h"

/// int8 to float32: float(q - z) * scale.
void facet_dequantize_s8_scalar(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(arguments, 1, sizeof(float)), *a = &m;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const void *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      float *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t i = 0; i < a->channels; i++) output[i] = (float)(facet_element(input, i, a->stored_unsigned) - a->input_zero) * a->scale;
    }
}
#include "facet_small_end.h"
