#if defined(__x86_64__)
#include "facet_internal.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni"))), apply_to = function)
#define FACET_PRODUCT_GROUP 4
enum { ROWS = 8 };
#include "facet_product_s8.h"

/// Four bytes in every lane. By inline assembly: clang makes vbroadcastss of the intrinsic, which takes a floating-point slot.
FACET_INLINE __m512i broadcast(const uint8_t *p) {
  __m512i r;
  __asm__("vpbroadcastd %1, %0" : "=v"(r) : "m"(*(const uint8_t (*)[4])p));
  return r;
}

FACET_INLINE void tile(const packed_a *const row[], const packed_b *b, int32_t steps, const sum *initial, const sum *of_rows, sum (*sums)[COLUMNS],
                       int32_t more, const int N) {
  __m512i acc[ROWS][2];
  FACET_UNROLLED_FOR(int i = 0; i < N; i++)
    FACET_UNROLLED_FOR(int h = 0; h < 2; h++) acc[i][h] = _mm512_add_epi32(_mm512_loadu_si512(initial + 16 * h), _mm512_set1_epi32(of_rows[i]));
  if (more)
    FACET_UNROLLED_FOR(int i = 0; i < N; i++)
      FACET_UNROLLED_FOR(int h = 0; h < 2; h++) acc[i][h] = _mm512_add_epi32(acc[i][h], _mm512_loadu_si512(sums[i] + 16 * h));
  const uint8_t *a[ROWS];
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) a[i] = row[i];
  FACET_ROLLED_FOR(ptrdiff_t k = 0; k < 4 * (ptrdiff_t)steps; k += 4, b += 128) {
    const __m512i b0 = _mm512_loadu_si512(b), b1 = _mm512_loadu_si512(b + 64);
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) {
      const __m512i x = broadcast(a[i] + k);
      acc[i][0] = _mm512_dpbusd_epi32(acc[i][0], x, b0);
      acc[i][1] = _mm512_dpbusd_epi32(acc[i][1], x, b1);
    }
  }
  FACET_UNROLLED_FOR(int i = 0; i < N; i++)
    FACET_UNROLLED_FOR(int h = 0; h < 2; h++) _mm512_storeu_si512(sums[i] + 16 * h, acc[i][h]);
}

/// For rows that do not lie in one piece, and float32: one copy.
FACET_OUTLINE void store_rare(const facet_product *p, uint8_t *output, sum (*sums)[COLUMNS], int32_t rows, int32_t columns) {
  store_any(p, output, sums, rows, columns);
}

/// Results are made unsigned; where they are stored signed, their highest bit is turned. The upper bound is applied before the conversion, which turns
/// what is too large into INT32_MIN; the lower one after it, on bytes: that is equal.
FACET_INLINE void store_tile(const facet_product *p, uint8_t *output, sum (*sums)[COLUMNS], int32_t rows, int32_t columns) {
  if (p->float_output || p->output_column != 1) {
    store_rare(p, output, sums, rows, columns);
    return;
  }
  const int32_t added = p->stored_unsigned ? 0 : 128;
  const __m512 multiplier = _mm512_set1_ps(p->multiplier), high = _mm512_set1_ps((float)(p->high - p->zero));
  const __m512i zero = _mm512_set1_epi16((short)(p->zero + added)), low = _mm512_set1_epi8((char)(p->low + added)),
                flip = _mm512_set1_epi8((char)added);
  // after two in-lane packs, lane j holds dwords: columns 4j.. and 16+4j.. of the first row, then of the second
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __mmask32 mask = columns == COLUMNS ? 0xFFFFFFFFu : (1u << columns) - 1;
  FACET_ROLLED_FOR(int32_t i = 0; i < rows; i += 2, output += 2 * p->output_row) {
    const int32_t j = i + 1 < rows ? i + 1 : i;
    __m512i q[4];
    FACET_UNROLLED_FOR(int h = 0; h < 4; h++) {
      const __m512 v = _mm512_cvtepi32_ps(_mm512_loadu_si512(sums[h < 2 ? i : j] + 16 * (h & 1)));
      q[h] = _mm512_cvtps_epi32(_mm512_min_ps(_mm512_mul_ps(v, multiplier), high));
    }
    const __m512i w0 = _mm512_adds_epi16(_mm512_packs_epi32(q[0], q[1]), zero), w1 = _mm512_adds_epi16(_mm512_packs_epi32(q[2], q[3]), zero);
    const __m512i bytes = _mm512_permutexvar_epi32(order, _mm512_xor_si512(_mm512_max_epu8(_mm512_packus_epi16(w0, w1), low), flip));
    _mm256_mask_storeu_epi8(output, mask, _mm512_castsi512_si256(bytes));
    if (j != i) _mm256_mask_storeu_epi8(output + p->output_row, mask, _mm512_extracti64x4_epi64(bytes, 1));
  }
}
#include "facet_product_body.h"

/// Product of matrices through strides, int8: 8 rows by 32 columns, 16 accumulators, vpdpbusd.
void facet_product_s8_8x32_avx512vnni(const void *arguments, int32_t r0, int32_t r1) { product(arguments, r0, r1); }
#pragma clang attribute pop
#endif
