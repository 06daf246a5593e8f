#if defined(__aarch64__)
#include "facet_unary_body.h"
#include <arm_neon.h>

/// Any function of one int8 input, by a table of 256 entries in 16 registers: 16 look-ups at a time.
void facet_table_s8_16_neon(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(arguments, 1, 1), *a = &m;
  const uint8x16_t flip = vdupq_n_u8(a->stored_unsigned ? 0 : 0x80); // between the stored byte and q + 128
  // Entries in the order of stored bytes, as they are stored: of signed ones the upper half comes first.
  uint8x16x4_t parts[4];
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) {
    const uint8_t *from = a->table + (64 * i ^ (a->stored_unsigned ? 0 : 0x80));
    FACET_UNROLLED_FOR(int j = 0; j < 4; j++) parts[i].val[j] = veorq_u8(vld1q_u8(from + 16 * j), flip);
  }
  const uint8x16_t step = vdupq_n_u8(64);
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const uint8_t *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t i = 0; i < a->channels; i += 16) { // input may be read beyond the channels
        // What lies outside of a part leaves the result as it was; bytes below it have become large ones.
        uint8x16_t place = vld1q_u8(input + i), result = vqtbl4q_u8(parts[0], place);
        FACET_UNROLLED_FOR(int j = 1; j < 4; j++) {
          place = vsubq_u8(place, step);
          result = vqtbx4q_u8(result, parts[j], place);
        }
        const int32_t left = a->channels - i;
        if (left >= 16) {
          vst1q_u8(output + i, result);
        } else {
          uint8_t bytes[16];
          vst1q_u8(bytes, result);
          memcpy(output + i, bytes, (size_t)left);
        }
      }
    }
}
#endif
