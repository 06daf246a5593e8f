#if defined(__x86_64__)
#include "facet_internal.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)
#define FACET_PRODUCT_GROUP 4
enum { ROWS = 6 };
#include "facet_product_s8.h"

/// Four bytes in every lane. By inline assembly: clang makes vbroadcastss of the intrinsic, which takes a floating-point slot.
FACET_INLINE __m256i broadcast(const uint8_t *p) {
  __m256i r;
  __asm__("vpbroadcastd %1, %0" : "=x"(r) : "m"(*(const uint8_t (*)[4])p));
  return r;
}

FACET_INLINE __m256i load(const void *p) { return _mm256_loadu_si256(p); }

FACET_INLINE void tile(const packed_a *const row[], const packed_b *b, int32_t steps, const sum *initial, const sum *of_rows, sum (*sums)[COLUMNS],
                       int32_t more, const int N) {
  const uint8_t *a[ROWS];
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) a[i] = row[i];
  for (int half = 0; half < COLUMNS; half += 16) {
    __m256i acc[ROWS][2];
    FACET_UNROLLED_FOR(int i = 0; i < N; i++)
      FACET_UNROLLED_FOR(int h = 0; h < 2; h++) acc[i][h] = _mm256_add_epi32(load(initial + half + 8 * h), _mm256_set1_epi32(of_rows[i]));
    if (more)
      FACET_UNROLLED_FOR(int i = 0; i < N; i++)
        FACET_UNROLLED_FOR(int h = 0; h < 2; h++) acc[i][h] = _mm256_add_epi32(acc[i][h], load(sums[i] + half + 8 * h));
    const int8_t *w = b + 4 * half;
    FACET_ROLLED_FOR(ptrdiff_t k = 0; k < 4 * (ptrdiff_t)steps; k += 4, w += 128) {
      const __m256i b0 = load(w), b1 = load(w + 32);
      FACET_UNROLLED_FOR(int i = 0; i < N; i++) {
        const __m256i x = broadcast(a[i] + k);
        acc[i][0] = _mm256_dpbusd_avx_epi32(acc[i][0], x, b0);
        acc[i][1] = _mm256_dpbusd_avx_epi32(acc[i][1], x, b1);
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

/// Product of matrices through strides, int8: 6 rows by 16 columns, 12 accumulators, vpdpbusd on 256 bits.
void facet_product_s8_6x16_avxvnni(const void *arguments, int32_t r0, int32_t r1) { product(arguments, r0, r1); }
#pragma clang attribute pop
#endif
