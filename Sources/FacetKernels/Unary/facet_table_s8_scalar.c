#include "facet_unary_body.h"

/// Any function of one int8 input, by a table of 256 entries.
void facet_table_s8_scalar(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(arguments, 1, 1), *a = &m;
  const uint8_t flip = a->stored_unsigned ? 0 : 0x80; // between the stored byte and q + 128
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const uint8_t *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t i = 0; i < a->channels; i++) output[i] = a->table[input[i] ^ flip] ^ flip;
    }
}
