#if defined(__x86_64__)
#include "facet_internal.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define FACET_PRODUCT_GROUP 2
enum { ROWS = 6 };
#include "facet_product_s8.h"

/// Two numbers in every lane. By inline assembly: clang makes vbroadcastss of the intrinsic, which takes a floating-point slot.
FACET_INLINE __m256i broadcast(const int16_t *p) {
  __m256i r;
  __asm__("vpbroadcastd %1, %0" : "=x"(r) : "m"(*(const int16_t (*)[2])p));
  return r;
}

FACET_INLINE __m256i load(const void *p) { return _mm256_loadu_si256(p); }

FACET_INLINE void tile(const packed_a *const row[], const packed_b *b, int32_t steps, const sum *initial, const sum *of_rows, sum (*sums)[COLUMNS],
                       int32_t more, const int N) {
  (void)initial, (void)of_rows;
  const int16_t *a[ROWS];
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) a[i] = row[i];
  for (int half = 0; half < COLUMNS; half += 16) {
    __m256i acc[ROWS][2];
    FACET_UNROLLED_FOR(int i = 0; i < N; i++)
      FACET_UNROLLED_FOR(int h = 0; h < 2; h++) acc[i][h] = more ? load(sums[i] + half + 8 * h) : _mm256_setzero_si256();
    const int16_t *w = b + 2 * half;
    FACET_ROLLED_FOR(ptrdiff_t k = 0; k < 2 * (ptrdiff_t)steps; k += 2, w += 64) {
      const __m256i b0 = load(w), b1 = load(w + 16);
      FACET_UNROLLED_FOR(int i = 0; i < N; i++) {
        const __m256i x = broadcast(a[i] + k);
        acc[i][0] = _mm256_add_epi32(acc[i][0], _mm256_madd_epi16(x, b0));
        acc[i][1] = _mm256_add_epi32(acc[i][1], _mm256_madd_epi16(x, b1));
      }
    }
    FACET_UNROLLED_FOR(int i = 0; i < N; i++)
      FACET_UNROLLED_FOR(int h = 0; h < 2; h++) _mm256_storeu_si256((__m256i *)(sums[i] + half + 8 * h), acc[i][h]);
  }
}

FACET_INLINE void store_tile(const facet_product *p, uint8_t *output, sum (*sums)[COLUMNS], int32_t rows, int32_t columns) {
  store_any(p, output, sums, rows, columns);
}
#include "facet_product_body.h"

/// Product of matrices through strides, int8: 6 rows by 16 columns, 12 accumulators, vpmaddwd on 16-bit numbers less their zero points.
void facet_product_s8_6x16_avx2(const void *arguments, int32_t r0, int32_t r1) { product(arguments, r0, r1); }
#pragma clang attribute pop
#endif
