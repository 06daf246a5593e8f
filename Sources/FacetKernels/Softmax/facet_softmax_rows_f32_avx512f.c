#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)
#include "facet_vector_f32_avx512f.h"

/// Binary64 sums: element i in i mod 16.
typedef struct {
  __m512d t[2];
} partials;

/// Adds 16 elements; `j` is 0.
FACET_INLINE void partials_add(partials *p, int32_t j, vector v) {
  (void)j;
  p->t[0] = _mm512_add_pd(p->t[0], _mm512_cvtps_pd(_mm512_castps512_ps256(v)));
  p->t[1] = _mm512_add_pd(p->t[1], _mm512_cvtps_pd(_mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(v), 1))));
}

FACET_INLINE double partials_sum(const partials *p) {
  const __m512d eight = _mm512_add_pd(p->t[0], p->t[1]);
  const __m256d four = _mm256_add_pd(_mm512_castpd512_pd256(eight), _mm512_extractf64x4_pd(eight, 1));
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
  return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}

/// The largest of all lanes.
FACET_INLINE float largest_of(vector v) {
  const __m256 eight = _mm256_max_ps(_mm512_castps512_ps256(v), _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(v), 1)));
  const __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1)), two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}

/// The lowest byte of each of 16 elements, and where `flip` has bits those turned.
FACET_INLINE void store_lowest_bytes(uint8_t *to, const vector v[1], uint8_t flip) {
  _mm_storeu_si128((__m128i *)(void *)to, _mm_xor_si128(_mm512_cvtepi32_epi8(_mm512_castps_si512(v[0])), _mm_set1_epi8((char)flip)));
}

#include "facet_softmax_rows_f32_vector.h"

/// Softmax of each pixel's channels, 16 at a time.
void facet_softmax_rows_f32_avx512f(const void *arguments, int32_t y0, int32_t y1) { softmax_rows(arguments, y0, y1); }
#pragma clang attribute pop
#endif
