#include "facet_internal.h"

/// One row; inlined for the usual number of channels.
FACET_INLINE void gather_row(const uint8_t *restrict input, float *restrict output, ptrdiff_t output_pixel, const float *restrict table,
                             int32_t width, int32_t channels) {
  for (int32_t x = 0; x < width; x++, input += channels, output = facet_at_mutable(output, output_pixel))
    for (int32_t i = 0; i < channels; i++) output[i] = table[256 * (ptrdiff_t)i + input[i]];
}

/// Pixels to a float32 tensor by a table for each channel.
void facet_gather_u8_f32_scalar(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  for (int32_t y = y0; y < y1; y++) {
    const uint8_t *input = facet_at(a->input, (ptrdiff_t)y * a->width * a->channels);
    float *output = facet_at_mutable(a->output, y * a->output_row);
    if (a->channels == 3)
      gather_row(input, output, a->output_pixel, a->table, a->width, 3);
    else
      gather_row(input, output, a->output_pixel, a->table, a->width, a->channels);
  }
}
