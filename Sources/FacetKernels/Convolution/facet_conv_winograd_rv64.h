/// What Winograd's convolutions share on 64-bit RISC-V without vectors. Several numbers stand in one 64-bit integer, the sum of each times a power of
/// 2^32 or 2^16: what is linear is computed of all at once, also of negative ones.
#ifndef FACET_CONV_WINOGRAD_RV64_H
#define FACET_CONV_WINOGRAD_RV64_H
#include "facet_conv_winograd.h"

/// Numbers of one position of the sums.
enum { SUMS = FACET_WINOGRAD_GROUP * FACET_WINOGRAD_CHANNELS };
/// 2^15 in each of four numbers: added, it makes all of them positive, so that none borrows from the next.
#define HALVES 0x8000800080008000u

/// Four weights of one output channel.
FACET_INLINE uint64_t four_weights(const int8_t *w) {
  return (uint64_t)w[0] + ((uint64_t)w[1] << 16) + ((uint64_t)w[2] << 32) + ((uint64_t)w[3] << 48);
}

/// Stores four numbers to which HALVES has been added.
FACET_INLINE void store_weights(uint64_t biased, int16_t *v) {
  const uint64_t plain = biased ^ HALVES;
  memcpy(__builtin_assume_aligned(v, 8), &plain, 8);
}

/// A line of N bytes of two tiles, `at` bytes from where the pointers lead.
FACET_INLINE void load_line(const int8_t *const first[], const int8_t *const second[], ptrdiff_t at, uint64_t x[], const int N) {
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) x[i] = (uint64_t)first[i][at] + ((uint64_t)second[i][at] << 32);
}

/// int(rne(p)) + z of p between the bounds minus z: fmax.s and fmin.s, where the compiler would branch.
FACET_INLINE int8_t requantized(float p, float low, float high, int32_t zero) {
  int32_t r;
  p = __builtin_fminf(__builtin_fmaxf(p, low), high);
  __asm__("fcvt.w.s %0, %1, rne" : "=r"(r) : "f"(p));
  return (int8_t)(r + zero);
}

/// What requantization needs beside the multipliers.
typedef struct {
  float low, high, residual_multiplier;
  int32_t zero, residual_zero;
} requantization;

FACET_INLINE requantization requantization_of(const facet_winograd_channels *k) {
  const requantization q = {(float)(k->low - k->zero), (float)(k->high - k->zero), k->residual_multiplier, k->zero, k->residual_zero};
  return q;
}

/// One result, `y` twice too large, with half the multiplier.
FACET_INLINE void store_one(const requantization *q, int32_t y, float multiplier, int8_t *output, const int8_t *residual, const int with_residual) {
  float p = (float)y * multiplier;
  if (with_residual) p += (float)(*residual - q->residual_zero) * q->residual_multiplier;
  *output = requantized(p, q->low, q->high, q->zero);
}

#endif
