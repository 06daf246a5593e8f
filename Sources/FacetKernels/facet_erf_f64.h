/// The error function and its complement in binary64, the same bits on every CPU.
///
/// |x| < 1: the Taylor series 2/sqrt(pi) * sum of (-1)^n x^(2n+1) / (n! (2n+1)), n = 0 to 13 (remainder below 1e-12).
/// Otherwise erfc(x) = e^(-x^2) * t * Q(t - 9/16) with t = 2 / (2 + x) for x > 0, Q of degree 12 interpolating the quotient at the
/// Chebyshev points of t in [2/13, 1], that is x in [0, 11] (relative error below 4e-10); beyond, erfc is below what binary32 holds.
#ifndef FACET_ERF_F64_H
#define FACET_ERF_F64_H
#include "facet_exp_f64.h"

/// erfc(x) for x >= 0.
FACET_OUTLINE double facet_erfc_positive_f64(double x) {
  x = x > 11.0 ? 11.0 : x;
  const double t = 2.0 / (2.0 + x), v = t - 0.5625;
  double q = -0x1.cbed6e3d1c8b7p-8;
  q = q * v + -0x1.d7b0c17edd8dap-6;
  q = q * v + 0x1.5c85b102b1f2ap-5;
  q = q * v + 0x1.86cd9ffeb51aap-6;
  q = q * v + -0x1.40664a8ed2063p-4;
  q = q * v + 0x1.93af1681c5276p-7;
  q = q * v + 0x1.cf2215dfb3e8ep-4;
  q = q * v + -0x1.038c9ad363585p-4;
  q = q * v + -0x1.9627b7710b918p-3;
  q = q * v + 0x1.965894b0695cbp-4;
  q = q * v + 0x1.29fd9dc9fe4b8p-1;
  q = q * v + 0x1.84622e3d3a81bp-1;
  q = q * v + 0x1.1ca626f68525ap-1;
  return facet_exp_f64(-(x * x)) * t * q;
}

/// erf(x) for |x| < 1.
FACET_INLINE double facet_erf_series_f64(double x) {
  const double z = -(x * x);
  double q = 1.0 / (6227020800.0 * 27);
  q = q * z + 1.0 / (479001600.0 * 25);
  q = q * z + 1.0 / (39916800.0 * 23);
  q = q * z + 1.0 / (3628800.0 * 21);
  q = q * z + 1.0 / (362880.0 * 19);
  q = q * z + 1.0 / (40320.0 * 17);
  q = q * z + 1.0 / (5040.0 * 15);
  q = q * z + 1.0 / (720.0 * 13);
  q = q * z + 1.0 / (120.0 * 11);
  q = q * z + 1.0 / (24.0 * 9);
  q = q * z + 1.0 / (6.0 * 7);
  q = q * z + 1.0 / (2.0 * 5);
  q = q * z + 1.0 / 3;
  q = q * z + 1.0;
  return x * 0x1.20dd750429b6dp+0 * q;
}

FACET_INLINE double facet_erf_f64(double x) {
  if (x > -1.0 && x < 1.0) return facet_erf_series_f64(x);
  return x < 0.0 ? facet_erfc_positive_f64(-x) - 1.0 : 1.0 - facet_erfc_positive_f64(x);
}

/// 1 + erf(x), also accurate where it is nearly 0.
FACET_INLINE double facet_one_plus_erf_f64(double x) { return x < 0.0 ? facet_erfc_positive_f64(-x) : 2.0 - facet_erfc_positive_f64(x); }

#endif
