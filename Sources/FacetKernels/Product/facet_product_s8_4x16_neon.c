#define FACET_SMALL_ON_ARM_ONLY
#include "facet_small.h"
#if defined(__aarch64__) || defined(__arm__)
#include "facet_internal.h"
#define FACET_PRODUCT_GROUP 1
enum { ROWS = 4 };
#include "facet_product_s8.h"
#include "facet_product_store_neon.h"

/// Vectors of four columns that a tile keeps sums of: as many as registers hold.
#if defined(__aarch64__)
enum { VECTORS = 4 };
#else
enum { VECTORS = 2 };
#endif

/// One inner place: `lane` of each row's four.
FACET_INLINE void step(int32x4_t acc[ROWS][VECTORS], const int16x4_t x[ROWS], const packed_b *b, const int N, const int lane) {
  int16x4_t w[VECTORS];
  FACET_UNROLLED_FOR(int v = 0; v < VECTORS; v += 2) {
    const int16x8_t eight = vld1q_s16(b + 4 * v);
    w[v] = vget_low_s16(eight), w[v + 1] = vget_high_s16(eight);
  }
  FACET_UNROLLED_FOR(int i = 0; i < N; i++)
    FACET_UNROLLED_FOR(int v = 0; v < VECTORS; v++)
      acc[i][v] = lane == 0   ? vmlal_lane_s16(acc[i][v], w[v], x[i], 0)
                  : lane == 1 ? vmlal_lane_s16(acc[i][v], w[v], x[i], 1)
                  : lane == 2 ? vmlal_lane_s16(acc[i][v], w[v], x[i], 2)
                              : vmlal_lane_s16(acc[i][v], w[v], x[i], 3);
}

FACET_INLINE void tile(const packed_a *const row[], const packed_b *b, int32_t steps, const sum *initial, const sum *of_rows, sum (*sums)[COLUMNS],
                       int32_t more, const int N) {
  (void)initial, (void)of_rows;
  for (int part = 0; part < COLUMNS; part += 4 * VECTORS) {
    int32x4_t acc[ROWS][VECTORS];
    FACET_UNROLLED_FOR(int i = 0; i < N; i++)
      FACET_UNROLLED_FOR(int v = 0; v < VECTORS; v++) acc[i][v] = more ? vld1q_s32(sums[i] + part + 4 * v) : vdupq_n_s32(0);
    const int16_t *a[ROWS], *w = b + part;
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) a[i] = row[i];
    int16x4_t x[ROWS];
    int32_t left = steps;
    FACET_ROLLED_FOR(; left >= 4; left -= 4, w += 4 * COLUMNS) {
      FACET_UNROLLED_FOR(int i = 0; i < N; i++) x[i] = vld1_s16(a[i]), a[i] += 4;
      FACET_UNROLLED_FOR(int k = 0; k < 4; k++) step(acc, x, w + k * COLUMNS, N, k);
    }
    FACET_ROLLED_FOR(; left > 0; left--, w += COLUMNS) {
      FACET_UNROLLED_FOR(int i = 0; i < N; i++) x[i] = vld1_dup_s16(a[i]), a[i]++;
      step(acc, x, w, N, 0);
    }
    FACET_UNROLLED_FOR(int i = 0; i < N; i++)
      FACET_UNROLLED_FOR(int v = 0; v < VECTORS; v++) vst1q_s32(sums[i] + part + 4 * v, acc[i][v]);
  }
}
#include "facet_product_body.h"

/// Product of matrices through strides, int8, stored signed: 4 rows by 16 columns (32-bit: 8), multiplied by element, of 16-bit numbers less their zero
/// points.
void facet_product_s8_4x16_neon(const void *arguments, int32_t r0, int32_t r1) { product(arguments, r0, r1); }
#endif
#include "facet_small_end.h"
