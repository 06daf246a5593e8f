#if defined(__aarch64__)
#include "facet_internal.h"
#include <arm_neon.h>

/// Pixels whose three planes stand aside at a time: so often a table of 16 registers is read.
enum { PIXELS = 128 };

/// The planes of 16 times `vectors` pixels through their tables.
FACET_INLINE void look_up(const uint8_t *table, uint8x16_t flip, uint8_t *plane, int32_t vectors) {
  uint8x16x4_t parts[4];
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) parts[i] = vld1q_u8_x4(table + 64 * i);
  const uint8x16_t step = vdupq_n_u8(64);
  FACET_ROLLED_FOR(; vectors > 0; vectors--, plane += 16) {
    // What lies outside of a part leaves the result as it was; bytes below it have become large ones.
    uint8x16_t place = vld1q_u8(plane), result = vqtbl4q_u8(parts[0], place);
    FACET_UNROLLED_FOR(int j = 1; j < 4; j++) {
      place = vsubq_u8(place, step);
      result = vqtbx4q_u8(result, parts[j], place);
    }
    vst1q_u8(plane, veorq_u8(result, flip));
  }
}

/// Pixels of three channels to an int8 tensor without gaps between pixels, by a table for each channel.
void facet_gather_u8_s8_rgb_neon(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  const uint8_t *table = a->table;
  const uint8x16_t flip = vdupq_n_u8(a->stored_unsigned ? 0 : 0x80); // between q + 128 and the stored byte
  for (int32_t y = y0; y < y1; y++) {
    const uint8_t *input = facet_at(a->input, 3 * (ptrdiff_t)y * a->width);
    uint8_t *output = facet_at_mutable(a->output, y * a->output_row);
    for (int32_t left = a->width; left > 0;) {
      const int32_t count = left < PIXELS ? left : PIXELS, vectors = count / 16;
      uint8_t planes[3][PIXELS];
      for (int32_t v = 0; v < vectors; v++) {
        const uint8x16x3_t pixels = vld3q_u8(input + 48 * v);
        for (int i = 0; i < 3; i++) vst1q_u8(planes[i] + 16 * v, pixels.val[i]);
      }
      if (vectors)
        for (int i = 0; i < 3; i++) look_up(table + 256 * i, flip, planes[i], vectors);
      for (int32_t v = 0; v < vectors; v++) {
        const uint8x16x3_t pixels = {{vld1q_u8(planes[0] + 16 * v), vld1q_u8(planes[1] + 16 * v), vld1q_u8(planes[2] + 16 * v)}};
        vst3q_u8(output + 48 * v, pixels);
      }
      FACET_ROLLED_FOR(int32_t x = 16 * vectors; x < count; x++)
        for (int32_t i = 0; i < 3; i++) output[3 * x + i] = table[256 * i + input[3 * x + i]] ^ (a->stored_unsigned ? 0 : 0x80);
      left -= count, input += 3 * count, output += 3 * count;
    }
  }
}
#endif
