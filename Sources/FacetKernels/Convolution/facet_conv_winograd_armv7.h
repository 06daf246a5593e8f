/// What Winograd's convolutions share on 32-bit ARM: loops of the transforms, and requantization.
#ifndef FACET_CONV_WINOGRAD_ARMV7_H
#define FACET_CONV_WINOGRAD_ARMV7_H
#include "facet_conv_winograd_waiting_neon.h"

/// Numbers of one position of the sums.
enum { SUMS = FACET_WINOGRAD_GROUP * FACET_WINOGRAD_CHANNELS };

/// A constant that the compiler does not see through: it would make two instructions of a multiplication and addition by a constant.
#define HIDDEN(v) __asm__("" : "+w"(v))

// clang-format off
#define ALL_VECTORS "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11", "q12", "q13", "q14", "q15"

/// From bytes of N x N inputs to B^T x B, 8 channels at a time. First all columns: LOADS has the bytes of one, through r0 and on, [step] further
/// each time, and COLUMN leaves the transformed ones in the vectors SAVED. Then all rows: ROW has TAKE(x) for each vector, which lie side by side by
/// columns in between, and PUT(x) for each result. d6[0] is 4.
#define TAKE(Q) "vld1.16 {" Q "}, [%[t]], %[next]\n"
#define PUT(Q) "vst1.16 {" Q "}, [%[u]], %[column]\n"
#define TRANSFORM_INPUTS(N, POINTERS, LOADS, COLUMN, SAVED, ROW, ...)                                                                    \
  {                                                                                                                                      \
    const int8_t *rows[N];                                                                                                               \
    ptrdiff_t steps[N];                                                                                                                  \
    _Alignas(16) int16_t between[N * N * 8];                                                                                             \
    for (int c = 0; c < N; c++) {                                                                                                        \
      rows[c] = w->rows[c] + w->columns[0];                                                                                              \
      steps[c] = c == N - 1 ? w->columns[0] + 8 - w->columns[c] : w->columns[c + 1] - w->columns[c];                                     \
    }                                                                                                                                    \
    const ptrdiff_t position = 8 * (ptrdiff_t)inputs;                                                                                    \
    for (int32_t i = 0; i < inputs; i += 8) {                                                                                            \
      const ptrdiff_t *s = steps;                                                                                                        \
      int16_t *t = between;                                                                                                              \
      ptrdiff_t step;                                                                                                                    \
      int32_t left = N;                                                                                                                  \
      __asm__ volatile("vmov.i16 d6, #4\n ldmia %[rows], {" POINTERS "}\n"                                                               \
                       "1: ldr %[step], [%[s]], #4\n" LOADS COLUMN "vstmia %[t]!, {" SAVED "}\n subs %[left], %[left], #1\n bne 1b\n"    \
                       "stmia %[rows], {" POINTERS "}\n"                                                                                 \
                       : [s] "+r"(s), [t] "+r"(t), [step] "=&r"(step), [left] "+r"(left)                                                 \
                       : [rows] "r"(rows)                                                                                                \
                       : __VA_ARGS__, ALL_VECTORS, "cc", "memory");                                                                      \
      t = between;                                                                                                                       \
      left = N;                                                                                                                          \
      __asm__ volatile("vmov.i16 d6, #4\n"                                                                                               \
                       "1:\n" ROW "sub %[t], %[t], #16*" #N "*" #N "-16\n sub %[u], %[u], %[back]\n"                                     \
                       "subs %[left], %[left], #1\n bne 1b\n"                                                                            \
                       : [t] "+r"(t), [u] "+r"(u), [left] "+r"(left)                                                                     \
                       : [next] "r"((ptrdiff_t)16 * N), [column] "r"(N * position), [back] "r"(N * N * position - position)              \
                       : ALL_VECTORS, "cc", "memory");                                                                                   \
      u += 32 - N * position / 2;                                                                                                        \
    }                                                                                                                                    \
  }

/// Weights of 2 inputs and 8 outputs at a time, tap T in q1 + T, an input in each half: vld4 gives four inputs, and the next one writes over the two
/// that are not wanted, upwards for the first two inputs and downwards for the others. UNIT(the nine taps' registers) makes all positions of one
/// input with the other registers; it finds 2, 3, 4 in the lanes of d0, and bytes of them in d1, d20 and d21.
#define TAP(A, B, C, D, STEP) "vld4.8 {d" #A ", d" #B ", d" #C ", d" #D "}, [%[w]], %[" #STEP "]\n"
#define TRANSFORM_WEIGHTS(POSITIONS, UNIT)                                                                                               \
  {                                                                                                                                      \
    static const uint64_t constants[4] = {0x0000000400030002u, 0x0202020202020202u, 0x0303030303030303u, 0x0404040404040404u};           \
    const ptrdiff_t tap = 32 * (ptrdiff_t)inputs, position = 16 * (ptrdiff_t)inputs;                                                     \
    const uint64_t *c = constants;                                                                                                       \
    int32_t left = inputs / 2;                                                                                                           \
    __asm__ volatile(                                                                                                                    \
        "1: tst %[left], #1\n bne 2f\n"                                                                                                  \
        TAP(2, 3, 4, 5, up) TAP(4, 5, 6, 7, up) TAP(6, 7, 8, 9, up) TAP(8, 9, 10, 11, up) TAP(10, 11, 12, 13, up)                        \
        TAP(12, 13, 14, 15, up) TAP(14, 15, 16, 17, up) TAP(16, 17, 18, 19, up) TAP(18, 19, 20, 21, up)                                  \
        "add %[w], %[w], %[down]\n b 3f\n"                                                                                               \
        "2:\n" TAP(16, 17, 18, 19, down) TAP(14, 15, 16, 17, down) TAP(12, 13, 14, 15, down) TAP(10, 11, 12, 13, down)                   \
        TAP(8, 9, 10, 11, down) TAP(6, 7, 8, 9, down) TAP(4, 5, 6, 7, down) TAP(2, 3, 4, 5, down) TAP(0, 1, 2, 3, down)                  \
        "add %[w], %[w], %[on]\n"                                                                                                        \
        "3: vldmia %[c]!, {d0, d1}\n vldmia %[c], {d20, d21}\n sub %[c], %[c], #16\n"                                                    \
        UNIT(2, 4, 6, 8, 10, 12, 14, 16, 18) UNIT(3, 5, 7, 9, 11, 13, 15, 17, 19)                                                        \
        "subs %[left], %[left], #1\n bne 1b\n"                                                                                           \
        : [w] "+r"(w), [v] "+r"(v), [left] "+r"(left), [c] "+r"(c)                                                                       \
        : [position] "r"(position), [back] "r"(POSITIONS * position - 16), [up] "r"(tap), [down] "r"(-tap), [on] "r"(tap + 128)          \
        : ALL_VECTORS, "cc", "memory");                                                                                                  \
  }
#define PUT_WEIGHTS(Q) "vst1.16 {" Q "}, [%[v]], %[position]\n"
// clang-format on

/// What requantization needs in vectors.
typedef struct {
  int32x4_t zero;
  int8x16_t low, high;
  int8x8_t residual_zero;
  float32x2_t residual_multiplier;
  ptrdiff_t channel;
  int32_t with_residual;
  const facet_winograd_channels *all;
} requantization;

FACET_INLINE requantization requantization_of(const facet_winograd_channels *k, int32_t half, int32_t with_residual) {
  const requantization q = {vdupq_n_s32(0x4B400000 - k->zero),
                            vdupq_n_s8((int8_t)k->low),
                            vdupq_n_s8((int8_t)k->high),
                            vdup_n_s8((int8_t)k->residual_zero),
                            vdup_n_f32(k->residual_multiplier),
                            k->channel + 8 * half,
                            with_residual,
                            k};
  return q;
}

/// int(rne(p)) + z of two times four channels: the addition rounds (facet_round), and where |p| is too large for it, the difference of bits is
/// still on its side of all results.
FACET_INLINE int16x8_t rounded(const requantization *k, float32x4_t p[2]) {
  int16x4_t r[2];
  FACET_UNROLLED_FOR(int v = 0; v < 2; v++) r[v] = vqmovn_s32(vqsubq_s32(vreinterpretq_s32_f32(vaddq_f32(p[v], vdupq_n_f32(12582912.0f))), k->zero));
  return vcombine_s16(r[0], r[1]);
}

/// Four pixels of 8 channels each, multiplied, to their results. NEON takes subnormal numbers for zeros here: far below one half, no result shows it.
FACET_INLINE void store_four(const requantization *k, float32x4_t p[4][2], int8_t *const output[4], const int8_t *const residual[4]) {
  if (k->with_residual) {
    if (k->with_residual & FACET_WINOGRAD_RESIDUAL)
      FACET_UNROLLED_FOR(int i = 0; i < 4; i++) {
        const int16x8_t e = vsubl_s8(vld1_s8(residual[i] + k->channel), k->residual_zero);
        p[i][0] = vaddq_f32(p[i][0], vmulq_lane_f32(vcvtq_f32_s32(vmovl_s16(vget_low_s16(e))), k->residual_multiplier, 0));
        p[i][1] = vaddq_f32(p[i][1], vmulq_lane_f32(vcvtq_f32_s32(vmovl_s16(vget_high_s16(e))), k->residual_multiplier, 0));
      }
    if (k->with_residual & FACET_WINOGRAD_WAITS) {
      float *waiting = facet_winograd_place(k->all, output, k->channel);
      FACET_UNROLLED_FOR(int i = 0; i < 8; i++, waiting += 4) vst1q_f32(waiting, p[i / 2][i % 2]);
      return;
    }
  }
  FACET_UNROLLED_FOR(int i = 0; i < 4; i += 2) {
    const int8x16_t both = vcombine_s8(vqmovn_s16(rounded(k, p[i])), vqmovn_s16(rounded(k, p[i + 1])));
    const int8x16_t bytes = vminq_s8(vmaxq_s8(both, k->low), k->high);
    vst1_s8(output[i] + k->channel, vget_low_s8(bytes));
    vst1_s8(output[i + 1] + k->channel, vget_high_s8(bytes));
  }
}

#endif
