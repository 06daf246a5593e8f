/// Eight binary64 numbers in four registers: what functions that are computed in binary64 want of 64-bit NEON.
#include "facet_internal.h"
#include <arm_neon.h>

typedef struct {
  float64x2_t pairs[4];
} wide;

/// A wide number of `expression` of each pair `i`.
#define FACET_WIDE(expression)                                                  \
  do {                                                                          \
    wide result;                                                                \
    FACET_UNROLLED_FOR(int32_t i = 0; i < 4; i++) result.pairs[i] = expression; \
    return result;                                                              \
  } while (0)

FACET_INLINE wide add(wide a, wide b) { FACET_WIDE(vaddq_f64(a.pairs[i], b.pairs[i])); }
FACET_INLINE wide subtract(wide a, wide b) { FACET_WIDE(vsubq_f64(a.pairs[i], b.pairs[i])); }
FACET_INLINE wide multiply(wide a, wide b) { FACET_WIDE(vmulq_f64(a.pairs[i], b.pairs[i])); }
FACET_INLINE wide divide(wide a, wide b) { FACET_WIDE(vdivq_f64(a.pairs[i], b.pairs[i])); }
FACET_INLINE wide add_number(wide a, double b) { FACET_WIDE(vaddq_f64(a.pairs[i], vdupq_n_f64(b))); }
FACET_INLINE wide multiply_number(wide a, double b) { FACET_WIDE(vmulq_f64(a.pairs[i], vdupq_n_f64(b))); }
/// b - a, b / a
FACET_INLINE wide subtract_from(double b, wide a) { FACET_WIDE(vsubq_f64(vdupq_n_f64(b), a.pairs[i])); }
FACET_INLINE wide divide_from(double b, wide a) { FACET_WIDE(vdivq_f64(vdupq_n_f64(b), a.pairs[i])); }
/// Bounds that are not 0; NaN stays.
FACET_INLINE wide at_least(wide a, double bound) { FACET_WIDE(vmaxq_f64(a.pairs[i], vdupq_n_f64(bound))); }
FACET_INLINE wide at_most(wide a, double bound) { FACET_WIDE(vminq_f64(a.pairs[i], vdupq_n_f64(bound))); }
FACET_INLINE wide absolute(wide a) { FACET_WIDE(vabsq_f64(a.pairs[i])); }
/// x < bound ? a : b
FACET_INLINE wide choose_below(wide x, double bound, wide a, wide b) {
  FACET_WIDE(vbslq_f64(vcltq_f64(x.pairs[i], vdupq_n_f64(bound)), a.pairs[i], b.pairs[i]));
}
/// The size of a with the sign of b.
FACET_INLINE wide with_sign_of(wide a, wide b) { FACET_WIDE(vbslq_f64(vdupq_n_u64(0x8000000000000000u), b.pairs[i], a.pairs[i])); }
/// 2^n, where the sum of n and 1.5 * 2^52 is given.
FACET_INLINE wide power_of_two(wide sum) {
  FACET_WIDE(vreinterpretq_f64_s64(vshlq_n_s64(vaddq_s64(vreinterpretq_s64_f64(sum.pairs[i]), vdupq_n_s64(1023)), 52)));
}
/// (f[0] x + f[1]) x + ...
FACET_INLINE wide horner(const double *factors, int32_t count, wide x) {
  wide q;
  FACET_UNROLLED_FOR(int32_t i = 0; i < 4; i++) q.pairs[i] = vdupq_n_f64(factors[0]);
  FACET_ROLLED_FOR(int32_t k = 1; k < count; k++) q = add_number(multiply(q, x), factors[k]);
  return q;
}

/// The lanes that are stored, of at most `left` float32 numbers; up to seven behind them may be read.
typedef int32_t wide_lanes;
FACET_INLINE wide_lanes first_lanes(int32_t left) { return left < 8 ? left : 8; }
FACET_INLINE wide load(const float *from, wide_lanes lanes) {
  const float32x4_t low = vld1q_f32(from), high = vld1q_f32(from + 4);
  (void)lanes;
  return (wide){{vcvt_f64_f32(vget_low_f32(low)), vcvt_high_f64_f32(low), vcvt_f64_f32(vget_low_f32(high)), vcvt_high_f64_f32(high)}};
}
FACET_INLINE void store(float *to, wide_lanes lanes, wide a) {
  float results[8];
  FACET_UNROLLED_FOR(int32_t i = 0; i < 2; i++) vst1q_f32(results + 4 * i, vcvt_high_f32_f64(vcvt_f32_f64(a.pairs[2 * i]), a.pairs[2 * i + 1]));
  if (lanes == 8)
    memcpy(to, results, sizeof results);
  else
    memcpy(to, results, (size_t)lanes * sizeof(float));
}
