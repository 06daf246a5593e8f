/// From sums to int8 results on 64-bit RISC-V without vectors: what its convolutions share.
#ifndef FACET_STORE_S8_RV64_H
#define FACET_STORE_S8_RV64_H
#include "facet_internal.h"

/// The nearest integer, of two the even one; what is too large becomes the largest.
FACET_INLINE int32_t facet_to_nearest_rv64(float p) {
  int32_t r;
  __asm__("fcvt.w.s %0, %1, rne" : "=r"(r) : "f"(p));
  return r;
}

/// `facet_requantize`: fmax.s and fmin.s, where the compiler would branch.
FACET_INLINE uint8_t facet_requantize_rv64(float p, float low, float high, int32_t zero) {
  return (uint8_t)(facet_to_nearest_rv64(__builtin_fminf(__builtin_fmaxf(p, low), high)) + zero);
}

/// `count` sums of a pixel, without scores or function, whose output and residual lie `output` and `residual` bytes from the first pixel's.
FACET_OUTLINE void facet_store_s8_rv64(const facet_conv *c, const uint32_t *sums, int32_t first, int32_t channel, int32_t count, ptrdiff_t output,
                                       ptrdiff_t residual) {
  const float low = (float)(c->low - c->zero), high = (float)(c->high - c->zero);
  const int32_t zero = c->zero;
  const float *multiplier = c->multiplier + first;
  uint8_t *out = (uint8_t *)c->output + output + channel;
  if (c->residual) {
    const int8_t *r = (const int8_t *)c->residual + residual + channel;
    const float scale = c->residual_multiplier;
    const int32_t residual_zero = c->residual_zero;
    _Pragma("clang loop unroll_count(2)") for (int32_t i = 0; i < count; i++) out[i] =
        facet_requantize_rv64((float)(int32_t)sums[i] * multiplier[i] + (float)(r[i] - residual_zero) * scale, low, high, zero);
    return;
  }
  _Pragma("clang loop unroll_count(4)") for (int32_t i = 0; i < count; i++) out[i] =
      facet_requantize_rv64((float)(int32_t)sums[i] * multiplier[i], low, high, zero);
}

#endif
