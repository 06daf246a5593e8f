/// The steps of sums that wait, sixteen at a time, on ARM of 64 and 32 bits.
#ifndef FACET_WAITING_S8_STEPS_NEON_H
#define FACET_WAITING_S8_STEPS_NEON_H
#include "facet_results_neon.h"
#include "facet_waiting_s8_neon.h"

FACET_INLINE int32_t width_of(const facet_waiting *w) { return w->form == FACET_WAITING_WIDE ? 16 : 8; }

FACET_INLINE facet_floats load_floats(const float *from) {
  facet_floats f;
#if defined(__aarch64__)
  const float32x4x4_t v = vld1q_f32_x4(from);
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) f.v[i] = v.val[i];
#else
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) f.v[i] = vld1q_f32(from + 4 * i);
#endif
  return f;
}

FACET_INLINE float32x4_t twice(float32x2_t pair) { return vcombine_f32(pair, pair); }

/// Numbers of the channels, as sixteen sums want them.
FACET_OUTLINE facet_floats lanes(const facet_waiting *w, const float *all) {
  const float *from = all + w->first;
  float some[16] = {0};
  if (w->channels < width_of(w)) {
    memcpy(some, from, (size_t)w->channels * 4);
    from = some;
  }
  if (w->form == FACET_WAITING_WIDE) return load_floats(from);
  const float32x4_t low = vld1q_f32(from), high = vld1q_f32(from + 4);
#if defined(__aarch64__)
  if (w->form == FACET_WAITING_MATRICES)
    return (facet_floats){{twice(vget_low_f32(low)), twice(vget_high_f32(low)), twice(vget_low_f32(high)), twice(vget_high_f32(high))}};
#endif
  return (facet_floats){{low, high, low, high}};
}

FACET_INLINE facet_sums sums_of(facet_floats p) {
  facet_sums s;
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) s.v[i] = vreinterpretq_s32_f32(p.v[i]);
  return s;
}

FACET_INLINE float32x4_t with_slope(float32x4_t p, float32x4_t slope) { return vbslq_f32(vcltq_f32(p, vdupq_n_f32(0)), vmulq_f32(p, slope), p); }

FACET_INLINE float32x4_t hard_swish(float32x4_t p, float32x4_t alpha, float32x4_t beta) {
  const float32x4_t t = vaddq_f32(vmulq_f32(p, alpha), beta);
  return vmulq_f32(p, vminq_f32(vmaxq_f32(t, vdupq_n_f32(0)), vdupq_n_f32(1)));
}

/// p + float(r - z) * m.
FACET_INLINE facet_floats with_residuals(facet_floats p, int8x16_t r, int8x8_t zero, float32x4_t m) {
  const facet_floats more = facet_floats_of(r, zero);
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) p.v[i] = vaddq_f32(p.v[i], vmulq_f32(more.v[i], m));
  return p;
}

#endif
