/// e^x and e^x - 1 in binary64, for functions whose result is rounded to binary32 once, at their end.
///
/// Every operation is one IEEE 754 operation, none contracted: the same bits on every CPU.
///   1. x is clamped to [-700, 700]: far outside what binary32 holds.
///   2. s = x * log2 e + 1.5 * 2^52; n = the integer in the low bits of s; r = x - n * ln 2, |r| <= 0.3466.
///   3. (e^r - 1) / r by its Taylor series up to r^10 / 11!, Horner's rule (remainder below 1e-14).
/// The relative error of both is below 1e-12.
#ifndef FACET_EXP_F64_H
#define FACET_EXP_F64_H
#include "facet_internal.h"

/// (e^r - 1) / r for |r| <= 0.35.
FACET_INLINE double facet_expm1_quotient(double r) {
  double q = 1.0 / 39916800;
  q = q * r + 1.0 / 3628800;
  q = q * r + 1.0 / 362880;
  q = q * r + 1.0 / 40320;
  q = q * r + 1.0 / 5040;
  q = q * r + 1.0 / 720;
  q = q * r + 1.0 / 120;
  q = q * r + 1.0 / 24;
  q = q * r + 1.0 / 6;
  q = q * r + 0.5;
  return q * r + 1.0;
}

FACET_OUTLINE double facet_exp_f64(double x) {
  x = x < -700.0 ? -700.0 : x;
  x = x > 700.0 ? 700.0 : x;
  const double s = x * 0x1.71547652b82fep+0 + 6755399441055744.0;
  uint64_t bits;
  memcpy(&bits, &s, sizeof bits);
  const double r = x - (s - 6755399441055744.0) * 0x1.62e42fefa39efp-1;
  const double p = 1.0 + r * facet_expm1_quotient(r);
  const uint64_t scale_bits = (bits - 0x4338000000000000u + 1023u) << 52;
  double scale;
  memcpy(&scale, &scale_bits, sizeof scale);
  return p * scale;
}

/// e^x - 1, also accurate near 0.
FACET_OUTLINE double facet_expm1_f64(double x) {
  if (x > -0.25 && x < 0.25) return x * facet_expm1_quotient(x);
  return facet_exp_f64(x) - 1.0;
}

#endif
