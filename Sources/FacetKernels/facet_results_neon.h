/// From sums to int8 results that are stored signed, 16 at a time, and what else int8 kernels in NEON share: one source for 64-bit and 32-bit ARM.
///
/// 32-bit NEON takes subnormal numbers for zeros. No int8 result shows it: multipliers are below 2^64, so what comes of a subnormal number, or would
/// itself be one, is far below one half, and adding it to a number that is not changes no bit of that.
#ifndef FACET_RESULTS_NEON_H
#define FACET_RESULTS_NEON_H
#include "facet_internal.h"
#include <arm_neon.h>

/// A pointer or a number that the compiler shall keep in a register as it is.
#define FACET_HIDE(v) __asm__("" : "+r"(v))

/// Sixteen 32-bit numbers.
typedef struct {
  int32x4_t v[4];
} facet_sums;

typedef struct {
  float32x4_t v[4];
} facet_floats;

/// The last steps of int8 results. 32-bit: the bits of 1.5 * 2^23, which leaves no fraction, and those less the zero point.
typedef struct {
#if defined(__aarch64__)
  int16x8_t zero;
#else
  float32x4_t whole;
  int32x4_t whole_less_zero;
#endif
  int8x16_t low, high;
} facet_bounds;

FACET_INLINE facet_bounds facet_bounds_of(int32_t zero, int32_t low, int32_t high) {
#if defined(__aarch64__)
  const facet_bounds b = {vdupq_n_s16((int16_t)zero), vdupq_n_s8((int8_t)low), vdupq_n_s8((int8_t)high)};
#else
  int32_t whole = 0x4B400000;
  FACET_HIDE(whole); // in registers, instead of loaded wherever it is used
  const facet_bounds b = {vreinterpretq_f32_s32(vdupq_n_s32(whole)), vdupq_n_s32(whole - zero), vdupq_n_s8((int8_t)low), vdupq_n_s8((int8_t)high)};
#endif
  return b;
}

/// int(rne(p)), of numbers outside of 32 bits the nearest of 16 bits. 64-bit: NaN gives 0.
FACET_INLINE int32x4_t facet_rounded(float32x4_t p) {
#if defined(__aarch64__)
  return vcvtnq_s32_f32(p);
#else
  // As in facet_round. Where |p| is too large for that, the difference of bits is still on its side of all int8 results.
  return vqsubq_s32(vreinterpretq_s32_f32(vaddq_f32(p, vdupq_n_f32(12582912.0f))), vdupq_n_s32(0x4B400000));
#endif
}

FACET_INLINE int16x8_t facet_narrowed(int32x4_t a, int32x4_t b) { return vcombine_s16(vqmovn_s32(a), vqmovn_s32(b)); }

/// 16-bit results of eight numbers, rounded, with the zero point: those too large for 16 bits are the nearest.
FACET_INLINE int16x8_t facet_words(facet_bounds b, float32x4_t p0, float32x4_t p1) {
#if defined(__aarch64__)
  return vqaddq_s16(facet_narrowed(facet_rounded(p0), facet_rounded(p1)), b.zero);
#else // as facet_rounded
  return facet_narrowed(vqsubq_s32(vreinterpretq_s32_f32(vaddq_f32(p0, b.whole)), b.whole_less_zero),
                        vqsubq_s32(vreinterpretq_s32_f32(vaddq_f32(p1, b.whole)), b.whole_less_zero));
#endif
}

/// The last steps of int8 results: round, add the zero point, clamp. The clamp comes last, on bytes: all before it saturates, so that is equal.
FACET_INLINE int8x16_t facet_results(facet_bounds b, facet_floats p) {
  const int16x8_t w0 = facet_words(b, p.v[0], p.v[1]), w1 = facet_words(b, p.v[2], p.v[3]);
  return vminq_s8(vmaxq_s8(vcombine_s8(vqmovn_s16(w0), vqmovn_s16(w1)), b.low), b.high);
}

/// Bytes minus a zero point, as floats.
FACET_INLINE facet_floats facet_floats_of(int8x16_t bytes, int8x8_t zero) {
  const int16x8_t w0 = vsubl_s8(vget_low_s8(bytes), zero), w1 = vsubl_s8(vget_high_s8(bytes), zero);
  const facet_floats f = {{vcvtq_f32_s32(vmovl_s16(vget_low_s16(w0))), vcvtq_f32_s32(vmovl_s16(vget_high_s16(w0))),
                           vcvtq_f32_s32(vmovl_s16(vget_low_s16(w1))), vcvtq_f32_s32(vmovl_s16(vget_high_s16(w1)))}};
  return f;
}

FACET_INLINE facet_floats facet_scaled(facet_sums sums, facet_floats multiplier) {
  facet_floats f;
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) f.v[i] = vmulq_f32(vcvtq_f32_s32(sums.v[i]), multiplier.v[i]);
  return f;
}

/// sums += sixteen 16-bit numbers.
FACET_INLINE void facet_add_words(facet_sums *sums, int16x8_t low, int16x8_t high) {
  sums->v[0] = vaddw_s16(sums->v[0], vget_low_s16(low));
  sums->v[1] = vaddw_s16(sums->v[1], vget_high_s16(low));
  sums->v[2] = vaddw_s16(sums->v[2], vget_low_s16(high));
  sums->v[3] = vaddw_s16(sums->v[3], vget_high_s16(high));
}

/// The first `count` <= 16 bytes.
FACET_INLINE void facet_store_bytes(void *to, int8x16_t v, int32_t count) {
  int8_t *p = to;
  if (count == 16) {
    vst1q_s8(p, v);
    return;
  }
  int8x8_t left = vget_low_s8(v);
  if (count & 8) vst1_s8(p, left), left = vget_high_s8(v), p += 8;
  if (count & 4) {
    const int32_t four = vget_lane_s32(vreinterpret_s32_s8(left), 0); // by memcpy: a store of lanes would want it aligned
    memcpy(p, &four, 4);
    left = vext_s8(left, left, 4), p += 4;
  }
  if (count & 2) {
    const int16_t two = vget_lane_s16(vreinterpret_s16_s8(left), 0);
    memcpy(p, &two, 2);
    left = vext_s8(left, left, 2), p += 2;
  }
  if (count & 1) vst1_lane_s8(p, left, 0);
}

/// The first `count` <= 16 bytes, then zeros.
FACET_INLINE int8x16_t facet_load_bytes(const void *from, int32_t count) {
  if (count == 16) return vld1q_s8(from);
  int8_t bytes[16] = {0};
  memcpy(bytes, from, (size_t)count);
  return vld1q_s8(bytes);
}

/// Sixteen 32-bit numbers of which `count` exist; the others are zero.
FACET_INLINE facet_sums facet_load_sums(const void *from, int32_t count) {
  int32_t v[16] = {0};
  memcpy(v, from, (size_t)count * 4);
  const facet_sums s = {{vld1q_s32(v), vld1q_s32(v + 4), vld1q_s32(v + 8), vld1q_s32(v + 12)}};
  return s;
}
#endif
