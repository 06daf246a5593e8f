/// a^b in binary32, as IEEE 754's pow, the same bits on every CPU: e^(b * ln |a|) in binary64, rounded once.
///
/// The relative error before rounding is below 1e-11, so integers that binary32 holds come out exact. A negative a takes an integer b.
#ifndef FACET_POWER_F32_H
#define FACET_POWER_F32_H
#include "facet_exp_f64.h"
#include "facet_log_f64.h"

/// 0: not an integer; 1: an odd one; 2: an even one (all of 2^24 and more, infinity).
FACET_INLINE int32_t facet_integer_kind(float b) {
  const float size = __builtin_fabsf(b);
  if (!(size < 16777216.0f)) return 2;
  const int32_t n = (int32_t)size;
  return (float)n != size ? 0 : n & 1 ? 1 : 2;
}

FACET_OUTLINE float facet_power_f32(float a, float b) {
  if (b == 0.0f || a == 1.0f) return 1.0f;
  if (a != a || b != b) return a + b;
  if (b == 1.0f) return a;
  if (b == 2.0f) return a * a;
  const double size = __builtin_fabsf(a);
  const int32_t kind = facet_integer_kind(b);
  if (a < 0.0f && kind == 0 && a != -__builtin_inff()) return __builtin_nanf("");
  const double p = size == 1.0 ? 1.0 : facet_exp_f64((double)b * facet_log_f64(size));
  return (float)(__builtin_signbit(a) && kind == 1 ? -p : p);
}

#endif
