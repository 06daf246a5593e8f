/// x * y + z in binary32, rounded once (IEEE 754 fusedMultiplyAdd): what convolutions are made of.
///
/// CPUs that have the instruction take it. Elsewhere (x86-64 before FMA, ARM before VFPv4) the product is exact in binary64; the sum's rounding
/// error is had by Knuth's TwoSum, and the sum rounded to odd, after which rounding to binary32 is right, also to subnormal numbers (Boldo and
/// Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd", IEEE Trans. Computers 57, 2008).
#ifndef FACET_FMA_F32_H
#define FACET_FMA_F32_H
#include "facet_internal.h"

FACET_INLINE float facet_fma_f32_exact(float x, float y, float z) {
  const double p = (double)x * (double)y, c = z, s = p + c;
  const double t = s - p, error = (p - (s - t)) + (c - t); // s + error = p + c; not a number where s is none or infinite
  int64_t bits;
  memcpy(&bits, &s, sizeof bits);
  // An inexact sum whose last bit is 0 gives way to its neighbour on the error's side, whose last bit is 1.
  const int64_t away = (error > 0) == (s > 0) ? 1 : -1;
  const int64_t inexact = (error > 0) | (error < 0);
  bits += inexact & ~bits & 1 ? away : 0;
  double odd;
  memcpy(&odd, &bits, sizeof odd);
  return (float)odd;
}

#if defined(__ARM_FEATURE_FMA) || defined(__riscv_flen) || defined(__FMA__)
FACET_INLINE float facet_fma_f32(float x, float y, float z) { return __builtin_fmaf(x, y, z); }
#else
FACET_INLINE float facet_fma_f32(float x, float y, float z) { return facet_fma_f32_exact(x, y, z); }
#endif

#endif
