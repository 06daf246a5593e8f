#define FACET_SMALL_ON_ARM_ONLY
#include "facet_small.h"
#if defined(__aarch64__) || defined(__arm__)
#include "../facet_results_neon.h"
#include "facet_normalization_s8.h"

/// Sums of `count` neighbouring bytes and of their squares.
FACET_OUTLINE void facet_normalization_sums(const uint8_t *input, int32_t count, uint8_t flip, int64_t *bytes, int64_t *squares) {
  static const uint8_t places[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const uint8x16_t flips = vdupq_n_u8(flip);
  while (count > 0) {
    uint32x4_t b = vdupq_n_u32(0), s = b;
    FACET_ROLLED_FOR(int32_t left = count < FACET_SQUARES ? count : FACET_SQUARES; left > 0; left -= 16, input += 16, count -= 16) {
      uint8x16_t v = veorq_u8(vld1q_u8(input), flips); // may be read beyond the channels
      if (left < 16) v = vandq_u8(v, vcltq_u8(vld1q_u8(places), vdupq_n_u8((uint8_t)left)));
      b = vpadalq_u16(b, vpaddlq_u8(v));
      s = vpadalq_u16(s, vmull_u8(vget_low_u8(v), vget_low_u8(v)));
      s = vpadalq_u16(s, vmull_u8(vget_high_u8(v), vget_high_u8(v)));
    }
    uint32_t sums[2][4];
    vst1q_u32(sums[0], b), vst1q_u32(sums[1], s);
    for (int i = 0; i < 4; i++) *bytes += sums[0][i], *squares += sums[1][i];
  }
}

FACET_INLINE void add_to(uint32_t *sums, uint32x4_t v) { vst1q_u32(sums, vaddq_u32(vld1q_u32(sums), v)); }

/// Adds the sums of 16 channels of at most 256 pixels to `bytes` and `squares`.
FACET_INLINE void column_sums(const uint8_t *input, ptrdiff_t pixel, int32_t pixels, uint8x16_t flips, uint32_t *bytes, uint32_t *squares) {
  uint16x8_t b0 = vdupq_n_u16(0), b1 = b0;
  uint32x4_t s[4] = {vdupq_n_u32(0), vdupq_n_u32(0), vdupq_n_u32(0), vdupq_n_u32(0)};
  FACET_ROLLED_FOR(; pixels > 0; pixels--, input += pixel) {
    const uint8x16_t v = veorq_u8(vld1q_u8(input), flips); // may be read beyond the channels
    b0 = vaddw_u8(b0, vget_low_u8(v));
    b1 = vaddw_u8(b1, vget_high_u8(v));
    const uint16x8_t low = vmull_u8(vget_low_u8(v), vget_low_u8(v)), high = vmull_u8(vget_high_u8(v), vget_high_u8(v));
    s[0] = vaddw_u16(s[0], vget_low_u16(low)), s[1] = vaddw_u16(s[1], vget_high_u16(low));
    s[2] = vaddw_u16(s[2], vget_low_u16(high)), s[3] = vaddw_u16(s[3], vget_high_u16(high));
  }
  add_to(bytes, vmovl_u16(vget_low_u16(b0))), add_to(bytes + 4, vmovl_u16(vget_high_u16(b0)));
  add_to(bytes + 8, vmovl_u16(vget_low_u16(b1))), add_to(bytes + 12, vmovl_u16(vget_high_u16(b1)));
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) add_to(squares + 4 * i, s[i]);
}

/// Adds the sums over all pixels of `count` <= FACET_CHUNK channels from `first` on.
FACET_OUTLINE void facet_normalization_plane_sums(const facet_normalization *a, uint8_t flip, int32_t first, int32_t count, int64_t *bytes,
                                                  int64_t *squares) {
  enum { RUN = 256 };
  const uint8x16_t flips = vdupq_n_u8(flip);
  uint32_t b[FACET_CHUNK] = {0}, s[FACET_CHUNK] = {0};
  int32_t held = 0;
  for (int32_t y = 0; y < a->height; y++)
    for (int32_t x = 0; x < a->width; x += RUN) {
      const uint8_t *input = facet_at(a->input, y * a->input_row + x * a->input_pixel + first);
      const int32_t pixels = a->width - x < RUN ? a->width - x : RUN, is_last = y == a->height - 1 && x + RUN >= a->width;
      for (int32_t c = 0; c < count; c += 16) column_sums(input + c, a->input_pixel, pixels, flips, b + c, s + c);
      held += pixels;
      if (held < FACET_SQUARES && !is_last) continue;
      held = 0;
      FACET_ROLLED_FOR(int32_t i = 0; i < count; i++) bytes[i] += b[i], squares[i] += s[i], b[i] = s[i] = 0;
    }
}

/// Channels in sixteens; mean and factor at `step` numbers a channel, 0 where all are equal: then there are 16 of them nevertheless.
FACET_OUTLINE void sixteens(const facet_normalization *a, const int8_t *input, void *output, int32_t count, const float *mean, const float *factor,
                            ptrdiff_t step, const float *gamma, const float *beta) {
  const int32_t added = a->stored_unsigned ? 128 : 0;
  const int8x16_t flips = vdupq_n_s8((int8_t)added);
  const int8x8_t zero = vdup_n_s8((int8_t)(a->input_zero - added));
  const facet_bounds bounds = facet_bounds_of(a->zero - added, a->low - added, a->high - added);
  int8_t *bytes = output;
  FACET_ROLLED_FOR(; count > 0; count -= 16, input += 16, gamma += 16, beta += 16, mean += 16 * step, factor += 16 * step) {
    facet_floats p = facet_floats_of(veorq_s8(vld1q_s8(input), flips), zero); // may be read beyond the channels
    FACET_UNROLLED_FOR(int i = 0; i < 4; i++) {
      const float32x4_t t = vmulq_f32(vsubq_f32(p.v[i], vld1q_f32(mean + 4 * i)), vld1q_f32(factor + 4 * i));
      p.v[i] = vaddq_f32(vmulq_f32(t, vld1q_f32(gamma + 4 * i)), vld1q_f32(beta + 4 * i));
    }
#if defined(__aarch64__)
    if (a->float_output) {
      const float32x4_t low = vdupq_n_f32(a->low_f), high = vdupq_n_f32(a->high_f);
      float *floats = (float *)(void *)bytes;
      FACET_UNROLLED_FOR(int i = 0; i < 4; i++) { // by comparison, as in facet_clamp
        const float32x4_t v = vbslq_f32(vcltq_f32(p.v[i], low), low, p.v[i]);
        vst1q_f32(floats + 4 * i, vbslq_f32(vcgtq_f32(v, high), high, v));
      }
      bytes += 64;
      continue;
    }
#endif
    vst1q_s8(bytes, veorq_s8(facet_results(bounds, p), flips));
    bytes += 16;
  }
}

/// Channels [first, end) of one pixel; mean and factor of channel i at `(i - first) * step`, step 0 or 1.
FACET_OUTLINE void facet_normalization_pixel(const facet_normalization *a, facet_bytes_domain d, const uint8_t *input, uint8_t *output, int32_t first,
                                             int32_t end, const float *mean, const float *factor, int32_t step) {
  (void)d;
  const size_t size = a->float_output ? 4 : 1;
  const int32_t whole = (end - first) & ~15, left = (end - first) & 15, last = first + whole;
  float equal[2][16];
  if (!step) {
    FACET_UNROLLED_FOR(int i = 0; i < 16; i += 4) vst1q_f32(equal[0] + i, vdupq_n_f32(*mean)), vst1q_f32(equal[1] + i, vdupq_n_f32(*factor));
    mean = equal[0], factor = equal[1];
  }
  const int8_t *in = (const int8_t *)input;
  sixteens(a, in + first, output + (size_t)first * size, whole, mean, factor, step, a->gamma + first, a->beta + first);
  if (!left) return;
  float lines[2][16] = {{0}};
  uint8_t results[64];
  memcpy(lines[0], a->gamma + last, (size_t)left * 4), memcpy(lines[1], a->beta + last, (size_t)left * 4);
  sixteens(a, in + last, results, left, mean + whole * step, factor + whole * step, step, lines[0], lines[1]);
  memcpy(output + (size_t)last * size, results, (size_t)left * size);
}

#define FACET_NORMALIZATION_LOOPS
#include "facet_normalization_s8_body.h"

/// Normalization of each pixel's channels, int8: 16 at a time. 32-bit ARM: to int8.
void facet_normalize_pixels_s8_16_neon(const void *arguments, int32_t y0, int32_t y1) { facet_normalize_pixels_s8_body(arguments, y0, y1); }

/// Normalization of channels over all pixels, int8: 16 at a time. 32-bit ARM: to int8.
void facet_normalize_planes_s8_16_neon(const void *arguments, int32_t y0, int32_t y1) { facet_normalize_planes_s8_body(arguments, y0, y1); }
#endif
#include "facet_small_end.h"
