#include "facet_internal.h"

/// One row; inlined for the usual number of channels.
FACET_INLINE void gather_row(const uint8_t *restrict input, uint8_t *restrict output, ptrdiff_t output_pixel, const uint8_t *restrict table,
                             int32_t width, int32_t channels, uint8_t flip) {
  for (int32_t x = 0; x < width; x++, input += channels, output += output_pixel)
    for (int32_t i = 0; i < channels; i++) output[i] = table[256 * (ptrdiff_t)i + input[i]] ^ flip;
}

/// Pixels to an int8 tensor by a table for each channel.
void facet_gather_u8_s8_scalar(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  const uint8_t flip = a->stored_unsigned ? 0 : 0x80; // between q + 128 and the stored byte
  for (int32_t y = y0; y < y1; y++) {
    const uint8_t *input = facet_at(a->input, (ptrdiff_t)y * a->width * a->channels);
    uint8_t *output = facet_at_mutable(a->output, y * a->output_row);
    if (a->channels == 3)
      gather_row(input, output, a->output_pixel, a->table, a->width, 3, flip);
    else
      gather_row(input, output, a->output_pixel, a->table, a->width, a->channels, flip);
  }
}
