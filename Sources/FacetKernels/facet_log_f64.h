/// Natural logarithms in binary64 of numbers that binary32 holds, the same bits on every CPU.
///
/// x = m * 2^e with m in [sqrt(1/2), sqrt 2); s = (m - 1) / (m + 1), z = s * s;
/// ln m = 2 s (1 + z/3 + z^2/5 + ... + z^8/17), Horner's rule; ln x = e * ln 2 + ln m. The relative error is below 1e-13.
#ifndef FACET_LOG_F64_H
#define FACET_LOG_F64_H
#include "facet_internal.h"

/// `x`: 0 gives -infinity, below 0 gives NaN; otherwise not a subnormal binary64 number.
FACET_OUTLINE double facet_log_f64(double x) {
  if (!(x > 0.0)) return x == 0.0 ? -__builtin_inf() : __builtin_nan("");
  if (x == __builtin_inf()) return x;
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  // The exponent counts from sqrt(1/2), so that m lies around 1.
  const int64_t e = (int64_t)((bits - 0x3FE6A09E667F3BCDu) >> 52 << 52) >> 52;
  bits -= (uint64_t)e << 52;
  double m;
  memcpy(&m, &bits, sizeof m);
  const double s = (m - 1.0) / (m + 1.0), z = s * s;
  double q = 1.0 / 17;
  q = q * z + 1.0 / 15;
  q = q * z + 1.0 / 13;
  q = q * z + 1.0 / 11;
  q = q * z + 1.0 / 9;
  q = q * z + 1.0 / 7;
  q = q * z + 1.0 / 5;
  q = q * z + 1.0 / 3;
  q = q * z + 1.0;
  return (double)e * 0x1.62e42fefa39efp-1 + 2.0 * s * q;
}

/// ln(1 + t) for t >= 0.
FACET_INLINE double facet_log1p_f64(double t) {
  // Below 2^-20 the series' third term is all that 1 + t would lose.
  if (t < 0x1p-20) return t - t * t * (0.5 - t * (1.0 / 3));
  return facet_log_f64(1.0 + t);
}

#endif
