#if defined(__aarch64__)
#include "facet_internal.h"
#include <arm_neon.h>

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#define FACET_PRODUCT_GROUP 4
#define FACET_PRODUCT_SIGNED
enum { ROWS = 4 };
#include "facet_product_s8.h"
#include "facet_product_store_neon.h"

enum { VECTORS = 4 }; // of four columns each

/// Four inner places: `lane` of each row's sixteen.
FACET_INLINE void step(int32x4_t acc[ROWS][VECTORS], const int8x16_t x[ROWS], const packed_b *b, const int N, const int lane) {
  int8x16_t w[VECTORS];
  FACET_UNROLLED_FOR(int v = 0; v < VECTORS; v++) w[v] = vld1q_s8(b + 16 * v);
  FACET_UNROLLED_FOR(int i = 0; i < N; i++)
    FACET_UNROLLED_FOR(int v = 0; v < VECTORS; v++)
      acc[i][v] = lane == 0   ? vdotq_laneq_s32(acc[i][v], w[v], x[i], 0)
                  : lane == 1 ? vdotq_laneq_s32(acc[i][v], w[v], x[i], 1)
                  : lane == 2 ? vdotq_laneq_s32(acc[i][v], w[v], x[i], 2)
                              : vdotq_laneq_s32(acc[i][v], w[v], x[i], 3);
}

FACET_INLINE void tile(const packed_a *const row[], const packed_b *b, int32_t steps, const sum *initial, const sum *of_rows, sum (*sums)[COLUMNS],
                       int32_t more, const int N) {
  for (int part = 0; part < COLUMNS; part += 4 * VECTORS) {
    int32x4_t acc[ROWS][VECTORS];
    FACET_UNROLLED_FOR(int i = 0; i < N; i++)
      FACET_UNROLLED_FOR(int v = 0; v < VECTORS; v++) {
        acc[i][v] = vaddq_s32(vld1q_s32(initial + part + 4 * v), vdupq_n_s32(of_rows[i]));
        if (more) acc[i][v] = vaddq_s32(acc[i][v], vld1q_s32(sums[i] + part + 4 * v));
      }
    const int8_t *a[ROWS], *w = b + 4 * part;
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) a[i] = row[i];
    int8x16_t x[ROWS];
    int32_t left = steps;
    FACET_ROLLED_FOR(; left >= 4; left -= 4, w += 16 * COLUMNS) {
      FACET_UNROLLED_FOR(int i = 0; i < N; i++) x[i] = vld1q_s8(a[i]), a[i] += 16;
      FACET_UNROLLED_FOR(int k = 0; k < 4; k++) step(acc, x, w + 4 * k * COLUMNS, N, k);
    }
    FACET_ROLLED_FOR(; left > 0; left--, w += 4 * COLUMNS) {
      FACET_UNROLLED_FOR(int i = 0; i < N; i++) {
        int32_t four;
        memcpy(&four, a[i], 4);
        x[i] = vreinterpretq_s8_s32(vdupq_n_s32(four)), a[i] += 4;
      }
      step(acc, x, w, N, 0);
    }
    FACET_UNROLLED_FOR(int i = 0; i < N; i++)
      FACET_UNROLLED_FOR(int v = 0; v < VECTORS; v++) vst1q_s32(sums[i] + part + 4 * v, acc[i][v]);
  }
}
#include "facet_product_body.h"

/// Product of matrices through strides, int8, stored signed: 4 rows by 16 columns, 16 accumulators, sdot.
void facet_product_s8_4x16_dotprod(const void *arguments, int32_t r0, int32_t r1) { product(arguments, r0, r1); }
#pragma clang attribute pop
#endif
