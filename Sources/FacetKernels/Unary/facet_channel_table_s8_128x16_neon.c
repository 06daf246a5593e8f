#if defined(__aarch64__)
#include "../facet_results_neon.h"

enum {
  CHANNELS = 16,
  PIXELS = 128,          ///< at most at a time: a channel's table is read once for all of them
  FEWEST = 5,            ///< pixels for which it pays
  GROUP = 16 * CHANNELS, ///< bytes of 16 pixels
};

/// Where pixels begin, from the first of the tensor.
typedef struct {
  ptrdiff_t input[PIXELS], output[PIXELS];
} places;

/// 16 channels of 16 pixels, from pixels side by side to channels side by side: two of the four bits of a place at a time. Pixels come in any order,
/// the same as on the way back. `mixed` has room for a group.
FACET_INLINE void load_channels(const uint8_t *input, const ptrdiff_t *at, uint8_t *to, uint8_t *mixed) {
  FACET_UNROLLED_FOR(int i = 0; i < 16; i += 4) {
    const uint8x16x4_t v = {{vld1q_u8(input + at[i]), vld1q_u8(input + at[i + 1]), vld1q_u8(input + at[i + 2]), vld1q_u8(input + at[i + 3])}};
    vst4q_u8(mixed + 16 * i, v);
  }
  FACET_UNROLLED_FOR(int i = 0; i < 64; i += 32) { // neighbours at a time
    uint8x16x4_t v, next;
    FACET_UNROLLED_FOR(int j = 0; j < 4; j++) v.val[j] = vld1q_u8(mixed + i + 64 * j), next.val[j] = vld1q_u8(mixed + i + 64 * j + 16);
    vst4q_u8(to + 4 * i, v);
    vst4q_u8(to + 4 * i + 64, next);
  }
}

/// The way back, for `count` <= 16 channels.
FACET_INLINE void store_channels(const uint8_t *from, uint8_t *output, const ptrdiff_t *at, int32_t count, uint8_t *mixed) {
  FACET_UNROLLED_FOR(int i = 0; i < 64; i += 32) {
    const uint8x16x4_t v = vld4q_u8(from + 4 * i), next = vld4q_u8(from + 4 * i + 64);
    FACET_UNROLLED_FOR(int j = 0; j < 4; j++) vst1q_u8(mixed + i + 64 * j, v.val[j]), vst1q_u8(mixed + i + 64 * j + 16, next.val[j]);
  }
  if (count < CHANNELS) {
    FACET_ROLLED_FOR(int i = 0; i < 16; i += 4) {
      const uint8x16x4_t v = vld4q_u8(mixed + 16 * i);
      uint8_t pixels[4 * CHANNELS];
      vst1q_u8_x4(pixels, v);
      FACET_ROLLED_FOR(int j = 0; j < 4; j++) facet_store_bytes(output + at[i + j], vld1q_s8((int8_t *)pixels + CHANNELS * j), count);
    }
    return;
  }
  FACET_UNROLLED_FOR(int i = 0; i < 16; i += 4) {
    const uint8x16x4_t v = vld4q_u8(mixed + 16 * i);
    FACET_UNROLLED_FOR(int j = 0; j < 4; j++) vst1q_u8(output + at[i + j], v.val[j]);
  }
}

/// The functions of one channel of `groups` times 16 pixels, one more where that is odd. `upper` is the place of the table's entries for bytes from
/// 128 on.
FACET_INLINE void look_up(const uint8_t *table, int32_t upper, uint8_t *bytes, int32_t groups) {
  const uint8x16_t flip = vdupq_n_u8(upper ? 0 : 0x80), step = vdupq_n_u8(64);
  uint8x16x4_t parts[4];
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) {
    const uint8_t *from = table + (i < 2 ? 128 - upper : upper) + 64 * (i & 1);
    FACET_UNROLLED_FOR(int j = 0; j < 4; j++) parts[i].val[j] = vld1q_u8(from + 16 * j);
  }
  FACET_ROLLED_FOR(; groups > 0; groups -= 2, bytes += 2 * GROUP) {
    FACET_UNROLLED_FOR(int g = 0; g < 2 * GROUP; g += GROUP) {
      // What lies outside of a part leaves the result as it was; bytes below it have become large ones.
      uint8x16_t place = vld1q_u8(bytes + g), result = vqtbl4q_u8(parts[0], place);
      FACET_UNROLLED_FOR(int j = 1; j < 4; j++) {
        place = vsubq_u8(place, step);
        result = vqtbx4q_u8(result, parts[j], place);
      }
      vst1q_u8(bytes + g, veorq_u8(result, flip));
    }
  }
}

/// A function of one int8 input that differs from channel to channel, by 256 entries for each: channels are put side by side, then a channel's
/// table is in registers for many pixels.
void facet_channel_table_s8_128x16_neon(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary a = *(const facet_unary *)arguments;
  if ((y1 - y0) * a.width < FEWEST) {
    facet_channel_table_s8_scalar(arguments, y0, y1);
    return;
  }
  const int32_t upper = a.stored_unsigned ? 128 : 0;
  const ptrdiff_t in_gap = a.input_row - a.width * a.input_pixel, out_gap = a.output_row - a.width * a.output_pixel;
  uint8_t bytes[PIXELS * CHANNELS], room[GROUP], *mixed = room;
  __asm__("" : "+r"(mixed)); // pairs reach less far from the stack pointer
  places at;
  int32_t row = a.width;
  ptrdiff_t in = y0 * a.input_row, out = y0 * a.output_row;
  for (int32_t left = (y1 - y0) * a.width, count; left > 0; left -= count) {
    count = left < PIXELS ? left : PIXELS;
    const int32_t groups = (count + 15) / 16;
    FACET_ROLLED_FOR(int32_t p = 0; p < count;) {
      const int32_t end = row < count - p ? p + row : count;
      row -= end - p;
      FACET_ROLLED_FOR(; p < end; p++, in += a.input_pixel, out += a.output_pixel) at.input[p] = in, at.output[p] = out;
      if (row == 0) row = a.width, in += in_gap, out += out_gap;
    }
    FACET_ROLLED_FOR(int32_t p = count; p < 16 * groups; p++) at.input[p] = at.input[count - 1], at.output[p] = at.output[count - 1];
    if (groups & 1) memset(bytes + GROUP * groups, 0, GROUP);
    for (int32_t c = 0; c < a.channels; c += CHANNELS) {
      const int32_t channels = a.channels - c < CHANNELS ? a.channels - c : CHANNELS;
      FACET_ROLLED_FOR(int32_t g = 0; g < groups; g++) load_channels(facet_at(a.input, c), at.input + 16 * g, bytes + GROUP * g, mixed);
      FACET_ROLLED_FOR(int32_t i = 0; i < channels; i++) look_up(a.table + (ptrdiff_t)256 * (c + i), upper, bytes + 16 * i, groups);
      FACET_ROLLED_FOR(int32_t g = 0; g < groups; g++) {
        store_channels(bytes + GROUP * g, facet_at_mutable(a.output, c), at.output + 16 * g, channels, mixed);
      }
    }
  }
}
#endif
