/// From 16 sums of a pixel to int8 results: what ARM's int8 convolutions share. Activations are stored signed.
#ifndef FACET_CONV_S8_STORE_NEON_H
#define FACET_CONV_S8_STORE_NEON_H
#include "facet_conv_strip_neon.h"
#include <arm_neon.h>

#pragma GCC visibility push(hidden)

/// What the requantization of 16 channels needs in vectors.
typedef struct {
  float32x4_t multiplier[4];
  int16x8_t zero;
  int8x16_t low, high;
  int32_t plain; ///< all 16 channels exist, and there is neither residual nor scores
} channel_constants;

FACET_INLINE channel_constants constants_of(const facet_conv *c, const facet_conv_part *part) {
  channel_constants k = {.zero = vdupq_n_s16((int16_t)c->zero),
                         .low = vdupq_n_s8((int8_t)c->low),
                         .high = vdupq_n_s8((int8_t)c->high),
                         .plain = part->count == PART && !c->residual && !c->scores};
  for (int v = 0; v < 4; v++) k.multiplier[v] = c->output ? vld1q_f32(c->multiplier + part->first + 4 * v) : vdupq_n_f32(0);
  return k;
}

/// Rounds to nearest even, as the float mode says; what is too large saturates at each step, so that the bounds may come last.
FACET_INLINE int8x16_t rounded(const channel_constants *k, const float32x4_t p[4]) {
  const int16x8_t w0 = vqmovn_high_s32(vqmovn_s32(vcvtnq_s32_f32(p[0])), vcvtnq_s32_f32(p[1]));
  const int16x8_t w1 = vqmovn_high_s32(vqmovn_s32(vcvtnq_s32_f32(p[2])), vcvtnq_s32_f32(p[3]));
  const int8x16_t bytes = vqmovn_high_s16(vqmovn_s16(vqaddq_s16(w0, k->zero)), vqaddq_s16(w1, k->zero));
  return vminq_s8(vmaxq_s8(bytes, k->low), k->high);
}

FACET_INLINE int8x16_t requantized(const channel_constants *k, const int32x4_t acc[4]) {
  float32x4_t p[4];
  FACET_UNROLLED_FOR(int v = 0; v < 4; v++) p[v] = vmulq_f32(vcvtq_f32_s32(acc[v]), k->multiplier[v]);
  return rounded(k, p);
}

/// The sums of pixels [at, at + count) of a strip to their results, in whatever form they are wanted.
void facet_conv_s8_store_neon(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const channel_constants *k, int32_t at,
                              int32_t count, int32x4_t acc[][4]);

/// The first `valid` of N pixels from `at` on.
FACET_INLINE void store_tile(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const channel_constants *k, int32_t at,
                             int32_t valid, int32x4_t acc[][4], const int N) {
  if (valid == N && k->plain) {
    int8_t *output = (int8_t *)c->output + part->channel;
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) vst1q_s8(output + s->output[at + i], requantized(k, acc[i]));
    return;
  }
  int32x4_t sums[5][4]; // a copy: what has an address stays in memory
  FACET_UNROLLED_FOR(int i = 0; i < N; i++)
    FACET_UNROLLED_FOR(int v = 0; v < 4; v++) sums[i][v] = acc[i][v];
  facet_conv_s8_store_neon(c, s, part, k, at, valid, sums);
}

#pragma GCC visibility pop

#endif
