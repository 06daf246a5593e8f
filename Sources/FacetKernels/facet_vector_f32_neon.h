/// Eight float32 numbers in two registers: what the kernels that are written once for all ISA levels want of 64-bit NEON.
#include "facet_internal.h"
#include <arm_neon.h>

enum { LANES = 8 };
typedef struct {
  float32x4_t low, high;
} vector;

/// The first lanes, which are read and stored.
typedef struct {
  int32_t count;
} vector_mask;

FACET_INLINE vector_mask first_lanes(int32_t count) { return (vector_mask){count}; }
FACET_INLINE vector all_lanes(float v) { return (vector){vdupq_n_f32(v), vdupq_n_f32(v)}; }
FACET_INLINE vector load(const float *p) { return (vector){vld1q_f32(p), vld1q_f32(p + 4)}; }
FACET_INLINE void store(float *p, vector v) {
  vst1q_f32(p, v.low);
  vst1q_f32(p + 4, v.high);
}

/// `count` < LANES numbers; other lanes are those of `other`.
FACET_OUTLINE vector load_first(const float *p, int32_t count, vector other) {
  float lanes[LANES];
  store(lanes, other);
  FACET_ROLLED_FOR(int32_t i = 0; i < count; i++) lanes[i] = p[i];
  return load(lanes);
}
FACET_OUTLINE void store_first(float *p, int32_t count, vector v) {
  float lanes[LANES];
  store(lanes, v);
  FACET_ROLLED_FOR(int32_t i = 0; i < count; i++) p[i] = lanes[i];
}
FACET_INLINE vector load_or(const float *p, vector_mask mask, vector other) {
  return mask.count >= LANES ? load(p) : load_first(p, mask.count, other);
}
FACET_INLINE vector load_some(const float *p, vector_mask mask) { return load_or(p, mask, all_lanes(0.0f)); }
FACET_INLINE void store_some(float *p, vector_mask mask, vector v) {
  if (mask.count >= LANES)
    store(p, v);
  else
    store_first(p, mask.count, v);
}

FACET_INLINE vector add(vector a, vector b) { return (vector){vaddq_f32(a.low, b.low), vaddq_f32(a.high, b.high)}; }
FACET_INLINE vector subtract(vector a, vector b) { return (vector){vsubq_f32(a.low, b.low), vsubq_f32(a.high, b.high)}; }
FACET_INLINE vector multiply(vector a, vector b) { return (vector){vmulq_f32(a.low, b.low), vmulq_f32(a.high, b.high)}; }
FACET_INLINE vector divide(vector a, vector b) { return (vector){vdivq_f32(a.low, b.low), vdivq_f32(a.high, b.high)}; }
/// a * b + c, rounded once.
FACET_INLINE vector multiply_add(vector a, vector b, vector c) { return (vector){vfmaq_f32(c.low, a.low, b.low), vfmaq_f32(c.high, a.high, b.high)}; }
/// By comparison: the instructions for the larger and the smaller of two order zeros by their sign and pass NaN on.
FACET_INLINE float32x4_t larger_4(float32x4_t a, float32x4_t b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }
FACET_INLINE float32x4_t smaller_4(float32x4_t a, float32x4_t b) { return vbslq_f32(vcltq_f32(a, b), a, b); }
/// a > b ? a : b
FACET_INLINE vector larger(vector a, vector b) { return (vector){larger_4(a.low, b.low), larger_4(a.high, b.high)}; }
FACET_INLINE vector smaller(vector a, vector b) { return (vector){smaller_4(a.low, b.low), smaller_4(a.high, b.high)}; }
/// NaN stays: the bound is the first operand.
FACET_INLINE vector clamp(vector v, vector low, vector high) { return smaller(high, larger(low, v)); }
/// -|v|
FACET_INLINE float32x4_t with_sign_bit_4(float32x4_t v) {
  return vreinterpretq_f32_u32(vorrq_u32(vreinterpretq_u32_f32(v), vdupq_n_u32(0x80000000u)));
}
FACET_INLINE vector with_sign_bit(vector v) { return (vector){with_sign_bit_4(v.low), with_sign_bit_4(v.high)}; }
/// 2^n, where the sum of n and 1.5 * 2^23 is given; n in [-126, 127].
FACET_INLINE float32x4_t power_of_two_4(float32x4_t sum) {
  return vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(vreinterpretq_s32_f32(sum), vdupq_n_s32(127)), 23));
}
FACET_INLINE vector power_of_two(vector sum) { return (vector){power_of_two_4(sum.low), power_of_two_4(sum.high)}; }
/// x < bound ? 0 : v
FACET_INLINE float32x4_t zero_where_below_4(float32x4_t v, float32x4_t x, float bound) {
  return vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(v), vcltq_f32(x, vdupq_n_f32(bound))));
}
FACET_INLINE vector zero_where_below(vector v, vector x, float bound) {
  return (vector){zero_where_below_4(v.low, x.low, bound), zero_where_below_4(v.high, x.high, bound)};
}
/// x >= 0 ? a : b
FACET_INLINE vector choose_by_sign(vector x, vector a, vector b) {
  return (vector){vbslq_f32(vcgezq_f32(x.low), a.low, b.low), vbslq_f32(vcgezq_f32(x.high), a.high, b.high)};
}
