#include "facet_internal.h"

/// Pixels to a float32 tensor by a table for each channel.
void facet_gather_u8_f32_scalar(const facet_gather *a) {
  const uint8_t *input = a->input;
  const float *table = a->table;
  for (int32_t y = 0; y < a->height; y++)
    for (int32_t x = 0; x < a->width; x++) {
      float *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t i = 0; i < a->channels; i++) output[i] = table[256 * (ptrdiff_t)i + *input++];
    }
}
