/// Sine and cosine of any binary32 number, the same bits on every CPU: below 0.51 units in the last place.
///
/// The angle in quarter turns, modulo 4, is exact integer arithmetic (Payne and Hanek, "Radian reduction for trigonometric functions",
/// SIGNUM 1983): x = m * 2^e with a 24-bit m; of the bits of 2/pi the 96 from weight 2^(1-e) on are multiplied by m modulo 2^64,
/// in units of 2^-62 quarter turns. The fraction f in [-1/2, 1/2) times pi/2 is r; sine by its Taylor series up to r^13, cosine up to r^14.
#ifndef FACET_SINE_F32_H
#define FACET_SINE_F32_H
#include "facet_internal.h"

FACET_INLINE double facet_sine_series(double r) {
  const double z = -(r * r);
  double q = 1.0 / 6227020800.0;
  q = q * z + 1.0 / 39916800;
  q = q * z + 1.0 / 362880;
  q = q * z + 1.0 / 5040;
  q = q * z + 1.0 / 120;
  q = q * z + 1.0 / 6;
  q = q * z + 1.0;
  return r * q;
}

FACET_INLINE double facet_cosine_series(double r) {
  const double z = -(r * r);
  double q = 1.0 / 87178291200.0;
  q = q * z + 1.0 / 479001600;
  q = q * z + 1.0 / 3628800;
  q = q * z + 1.0 / 40320;
  q = q * z + 1.0 / 720;
  q = q * z + 1.0 / 24;
  q = q * z + 0.5;
  return q * z + 1.0;
}

/// sin(x + quarters * pi/2). Infinities give NaN.
FACET_OUTLINE float facet_sine_f32(float x, uint32_t quarters) {
  // 2/pi after 32 zeros: bits of weight 2^31, 2^30, ...
  static const uint32_t two_over_pi[8] = {0, 0xA2F9836E, 0x4E441529, 0xFC2757D1, 0xF534DDC0, 0xDB629599, 0x3C439041, 0xFE5163AB};
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude >= 0x7F800000u) return x - x;
  double r = x;
  if (magnitude > 0x3F490FDAu) { // above pi/4
    const uint32_t m = (bits & 0x7FFFFFu) | 0x800000u;
    const int32_t e = (int32_t)(magnitude >> 23) - 150; // -24 to 104
    const uint32_t first = (uint32_t)(e + 30), word = first >> 5, shift = first & 31;
    uint64_t high = (uint64_t)two_over_pi[word] << 32 | two_over_pi[word + 1];
    uint64_t low = (uint64_t)two_over_pi[word + 2] << 32 | two_over_pi[word + 3];
    if (shift) high = high << shift | low >> (64 - shift);
    low = low << shift >> 32;
    uint64_t turns = high * m + (low * m >> 32);
    const uint64_t nearest = (turns + 0x2000000000000000u) >> 62;
    turns -= nearest << 62;
    r = (double)(int64_t)turns * 0x1p-62 * 0x1.921fb54442d18p+0;
    if (bits >> 31) r = -r;
    quarters += (bits >> 31) ? 4u - (uint32_t)nearest : (uint32_t)nearest;
  }
  const double v = quarters & 1 ? facet_cosine_series(r) : facet_sine_series(r);
  return (float)(quarters & 2 ? -v : v);
}

#endif
