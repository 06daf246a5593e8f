/// From 16 sums of a pixel to int8 results: what ARM's int8 convolutions share. Activations are stored signed.
#ifndef FACET_CONV_S8_STORE_NEON_H
#define FACET_CONV_S8_STORE_NEON_H
#include "facet_conv_strip_neon.h"
#include "../facet_waiting_s8_neon.h"
#include <arm_neon.h>

#pragma GCC visibility push(hidden)

/// What the requantization of 16 channels needs in vectors. Kernels work on a copy, which stays in registers.
typedef struct {
  float32x4_t multiplier[4], residual_multiplier;
  int16x8_t zero;
  int8x16_t low, high;
  int8x8_t residual_zero;
} requantization;

/// Sums that a strip has room for: what overhangs of the last tile is written, too.
enum { WAITING = STRIP + 8 };

/// And where the results of the strip's pixels lie, from pixel 0 and the first channel on.
typedef struct {
  requantization numbers;
  int8_t *output;
  const int8_t *residual; ///< or NULL
  int32_t is_plain;       ///< 16 channels without scores or function: tiles are stored at once, else all of the strip at its end
  int32x4_t waiting[WAITING][4]; ///< sums of pixels that their tile does not store, each at its place; of at most 8 channels, two vectors each
} channel_constants;

/// All but the multipliers.
FACET_INLINE requantization requantization_of(const facet_conv *c) {
  const requantization k = {.residual_multiplier = vdupq_n_f32(c->residual_multiplier),
                            .zero = vdupq_n_s16((int16_t)c->zero),
                            .low = vdupq_n_s8((int8_t)c->low),
                            .high = vdupq_n_s8((int8_t)c->high),
                            .residual_zero = vdup_n_s8((int8_t)c->residual_zero)};
  return k;
}

/// They stay in memory until a tile wants them: its sums take all registers.
FACET_INLINE void fill_constants(const facet_conv *c, const facet_conv_part *part, channel_constants *k) {
  k->numbers = requantization_of(c);
  k->output = c->output ? (int8_t *)c->output + part->channel : NULL;
  k->residual = c->residual ? (const int8_t *)c->residual + part->channel : NULL;
  k->is_plain = part->count == PART && !c->scores && !c->function;
  for (int v = 0; v < 4 && k->is_plain; v++) k->numbers.multiplier[v] = vld1q_f32(c->multiplier + part->first + 4 * v);
  __asm__ volatile("" ::"r"(k) : "memory");
}

/// p + float(r - z) * m of four channels.
FACET_INLINE float32x4_t with_residual(const requantization *k, float32x4_t p, int32x4_t difference) {
  return vaddq_f32(p, vmulq_f32(vcvtq_f32_s32(difference), k->residual_multiplier));
}

/// 16 channels of a pixel before their bounds, which may come last: what is too large saturates at each step. `r` where `residual`. Rounds to nearest
/// even.
FACET_INLINE int8x16_t saturated(const requantization *k, const int32x4_t acc[4], int8x16_t r, const int residual) {
  float32x4_t p[4];
  FACET_UNROLLED_FOR(int v = 0; v < 4; v++) p[v] = vmulq_f32(vcvtq_f32_s32(acc[v]), k->multiplier[v]);
  if (residual) {
    const int16x8_t r0 = vsubl_s8(vget_low_s8(r), k->residual_zero), r1 = vsubl_s8(vget_high_s8(r), k->residual_zero);
    p[0] = with_residual(k, p[0], vmovl_s16(vget_low_s16(r0)));
    p[1] = with_residual(k, p[1], vmovl_high_s16(r0));
    p[2] = with_residual(k, p[2], vmovl_s16(vget_low_s16(r1)));
    p[3] = with_residual(k, p[3], vmovl_high_s16(r1));
  }
  const int16x8_t w0 = vqmovn_high_s32(vqmovn_s32(vcvtnq_s32_f32(p[0])), vcvtnq_s32_f32(p[1]));
  const int16x8_t w1 = vqmovn_high_s32(vqmovn_s32(vcvtnq_s32_f32(p[2])), vcvtnq_s32_f32(p[3]));
  return vqmovn_high_s16(vqmovn_s16(vqaddq_s16(w0, k->zero)), vqaddq_s16(w1, k->zero));
}

FACET_INLINE int8x16_t requantized(const requantization *k, const int32x4_t acc[4], int8x16_t r, const int residual) {
  return vminq_s8(vmaxq_s8(saturated(k, acc, r, residual), k->low), k->high);
}

/// The sums of pixels [at, at + count) of a strip to their results, in whatever form they are wanted.
void facet_conv_s8_store_neon(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, facet_waiting_form form, int32_t at,
                              int32_t count, void *sums);

/// What of a strip waits: all of it, of which the first `narrow` pixels stand by two vectors; of plain channels nothing, but where there is a
/// residual pixels [first, first + rest).
void facet_conv_s8_store_strip_neon(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, channel_constants *k, int32_t narrow,
                                    int32_t first, int32_t rest);

/// N pixels, plainly.
FACET_INLINE void store_plain(const facet_strip *s, const channel_constants *k, int32_t at, int32x4_t acc[][4], const int N, const int residual) {
  const requantization numbers = k->numbers;
  int8_t *output = k->output;
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) {
    const int8x16_t r = residual ? vld1q_s8(k->residual + s->residual[at + i]) : vdupq_n_s8(0);
    vst1q_s8(output + s->output[at + i], requantized(&numbers, acc[i], r, residual));
  }
}

/// N pixels from `at` on; `widest`: the tile that counts. Those that overhang repeat the last one, in inputs and so in results: without a residual,
/// which might be what is written here, they may be stored.
FACET_INLINE void store_tile(const facet_strip *s, channel_constants *k, int32_t at, int32x4_t acc[][4], const int N, const int widest) {
  if (k->is_plain && !k->residual) {
    store_plain(s, k, at, acc, N, 0);
  } else if (widest && k->is_plain) {
    store_plain(s, k, at, acc, N, 1);
  } else {
    const ptrdiff_t *input = s->input + at;
    __asm__("" : "+r"(input)); // no register for the place, which all tiles would move
    int32x4_t(*to)[4] = k->waiting + (input - s->input);
    __asm__("" : "+r"(to)); // near enough for pairs of stores
    FACET_UNROLLED_FOR(int i = 0; i < N; i++)
      FACET_UNROLLED_FOR(int v = 0; v < 4; v++) facet_wait(&to[i][v], acc[i][v]);
  }
}

/// Where the sums of pixels from `at` on wait by two vectors.
FACET_INLINE int32x4_t (*waiting_narrow(channel_constants *k, int32_t at))[2] { return (int32x4_t(*)[2])(void *)k->waiting + at; }

#pragma GCC visibility pop

#endif
