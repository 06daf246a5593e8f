/// The exponential function of softmax and sigmoid, binary32, the same bits on every CPU.
///
/// Every operation below is one IEEE 754 binary32 operation, rounded to nearest even, none contracted:
///   1. x < -87 gives 0. x > 88 is taken as 88.
///   2. s = x * 0x1.715476p+0 (log2 e) + 12582912 (1.5 * 2^23); n = the integer in the low bits of s, in [-126, 127];
///      f = s - 12582912 (n as a float, exact).
///   3. r = (x - f * 0x1.63p-1) - f * -0x1.bd0106p-13: ln 2 in two parts, the first so short that its product is exact
///      (Cody and Waite, "Software Manual for the Elementary Functions", 1980).
///   4. e^r by Horner's rule, |r| <= 0.347, minimax in the relative error (3e-9 before rounding):
///      q = 0x1.6a2256p-10; q = q * r + c for c = 0x1.123b02p-7, 0x1.5558f8p-5, 0x1.55549p-3, 0x1.fffffcp-2, 1, 1.
///   5. The result is q * 2^n, where 2^n is the float with the bits (n + 127) << 23. No result is subnormal.
/// The error is below 1.2 units in the last place.
#ifndef FACET_EXP_F32_H
#define FACET_EXP_F32_H
#include "facet_internal.h"

FACET_INLINE float facet_exp_f32(float x) {
  if (x < -87.0f) return 0.0f;
  if (x > 88.0f) x = 88.0f;
  const float s = x * 0x1.715476p+0f + 12582912.0f;
  const float f = s - 12582912.0f;
  uint32_t bits;
  memcpy(&bits, &s, sizeof bits);
  const float r = (x - f * 0x1.63p-1f) - f * -0x1.bd0106p-13f;
  float q = 0x1.6a2256p-10f;
  q = q * r + 0x1.123b02p-7f;
  q = q * r + 0x1.5558f8p-5f;
  q = q * r + 0x1.55549p-3f;
  q = q * r + 0x1.fffffcp-2f;
  q = q * r + 1.0f;
  q = q * r + 1.0f;
  const uint32_t scale_bits = (bits - 0x4B400000u + 127u) << 23;
  float scale;
  memcpy(&scale, &scale_bits, sizeof scale);
  return q * scale;
}

#endif
