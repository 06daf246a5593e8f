/// What Winograd's convolutions share on 64-bit ARM: weights in the order of the products, and requantization.
#ifndef FACET_CONV_WINOGRAD_NEON_H
#define FACET_CONV_WINOGRAD_NEON_H
#include "facet_conv_winograd_waiting_neon.h"

/// Numbers of one position: of the weights for 8 inputs, of the sums.
enum { WEIGHTS = 8 * FACET_WINOGRAD_CHANNELS, SUMS = FACET_WINOGRAD_GROUP * FACET_WINOGRAD_CHANNELS };

/// A constant or pointer that the compiler does not see through: it would make two instructions of a multiplication and addition by a constant, and
/// one pointer with offsets too wide for pairs of several.
#define HIDDEN(v) __asm__("" : "+w"(v))
#define HIDDEN_POINTER(p) __asm__("" : "+r"(p))

/// Two vectors of weights side by side, `row` positions from `v` on: the compiler misses pairs.
#define STORE_PAIR(v, row, x) __asm__ volatile("stp %q0, %q1, [%2, #%3]" ::"w"((x)[0]), "w"((x)[1]), "r"(v), "i"((row) * 2 * WEIGHTS) : "memory")

/// Where the taps of a block's weights lie, in bytes.
typedef struct {
  ptrdiff_t tap[9];
} weights_taps;

FACET_INLINE weights_taps taps_of(int32_t inputs) {
  weights_taps t;
  FACET_UNROLLED_FOR(int i = 0; i < 9; i++) t.tap[i] = 32 * (ptrdiff_t)inputs * i;
  FACET_UNROLLED_FOR(int i = 0; i < 9; i++) HIDDEN_POINTER(t.tap[i]);
  return t;
}

/// What turns [4 outputs][4 inputs] into [4 inputs][4 outputs].
FACET_INLINE uint8x16_t order_by_input(void) {
  static const uint8_t order[16] = {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15};
  return vld1q_u8(order);
}

/// Where the weights of 4 inputs from input `i` on go.
FACET_INLINE int16_t *weights_place(int16_t *v, int32_t positions, int32_t i) {
  return v + i / 8 * (positions * WEIGHTS) + (i & 4) * FACET_WINOGRAD_CHANNELS;
}

/// What requantization needs in vectors.
typedef struct {
  int16x8_t zero;
  int8x16_t low, high;
  int8x8_t residual_zero;
  float32x4_t residual_multiplier;
  ptrdiff_t channel;
  int32_t with_residual;
  const facet_winograd_channels *all;
} requantization;

FACET_INLINE requantization requantization_of(const facet_winograd_channels *k, int32_t half, int32_t with_residual) {
  const requantization q = {vdupq_n_s16((int16_t)k->zero),
                            vdupq_n_s8((int8_t)k->low),
                            vdupq_n_s8((int8_t)k->high),
                            vdup_n_s8((int8_t)k->residual_zero),
                            vdupq_n_f32(k->residual_multiplier),
                            k->channel + 8 * half,
                            with_residual,
                            k};
  return q;
}

/// Four pixels of 8 channels each, multiplied, to their results. Rounds to nearest even; what is too large saturates at each step, so that the bounds
/// may come last.
FACET_INLINE void store_four(const requantization *k, float32x4_t p[4][2], int8_t *const output[4], const int8_t *const residual[4]) {
  int8_t *to[4];
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) to[i] = output[i] + k->channel;
  if (k->with_residual) {
    if (k->with_residual & FACET_WINOGRAD_RESIDUAL)
      FACET_UNROLLED_FOR(int i = 0; i < 4; i++) {
        const int16x8_t e = vsubl_s8(vld1_s8(residual[i] + k->channel), k->residual_zero);
        p[i][0] = vaddq_f32(p[i][0], vmulq_f32(vcvtq_f32_s32(vmovl_s16(vget_low_s16(e))), k->residual_multiplier));
        p[i][1] = vaddq_f32(p[i][1], vmulq_f32(vcvtq_f32_s32(vmovl_high_s16(e)), k->residual_multiplier));
      }
    if (k->with_residual & FACET_WINOGRAD_WAITS) {
      float *waiting = facet_winograd_place(k->all, output, k->channel);
      FACET_UNROLLED_FOR(int i = 0; i < 8; i++) vst1q_f32(waiting + 4 * i, p[i / 2][i % 2]);
      return;
    }
  }
  FACET_UNROLLED_FOR(int i = 0; i < 4; i += 2) {
    int16x8_t q[2];
    FACET_UNROLLED_FOR(int j = 0; j < 2; j++)
      q[j] = vqaddq_s16(vqmovn_high_s32(vqmovn_s32(vcvtnq_s32_f32(p[i + j][0])), vcvtnq_s32_f32(p[i + j][1])), k->zero);
    const int8x16_t bytes = vminq_s8(vmaxq_s8(vqmovn_high_s16(vqmovn_s16(q[0]), q[1]), k->low), k->high);
    vst1_s8(to[i], vget_low_s8(bytes));
    vst1_s8(to[i + 1], vget_high_s8(bytes));
  }
}

#endif
