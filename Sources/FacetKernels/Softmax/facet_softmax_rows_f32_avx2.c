#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "facet_vector_f32_avx2.h"

/// Binary64 sums: element i in i mod 16.
typedef struct {
  __m256d t[4];
} partials;

/// Adds vector `j` of 16 elements.
FACET_INLINE void partials_add(partials *p, int32_t j, vector v) {
  p->t[2 * j] = _mm256_add_pd(p->t[2 * j], _mm256_cvtps_pd(_mm256_castps256_ps128(v)));
  p->t[2 * j + 1] = _mm256_add_pd(p->t[2 * j + 1], _mm256_cvtps_pd(_mm256_extractf128_ps(v, 1)));
}

FACET_INLINE double partials_sum(const partials *p) {
  const __m256d four = _mm256_add_pd(_mm256_add_pd(p->t[0], p->t[2]), _mm256_add_pd(p->t[1], p->t[3]));
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
  return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}

/// The largest of all lanes.
FACET_INLINE float largest_of(vector v) {
  const __m128 four = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1)), two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}

/// The lowest byte of each of 16 elements, and where `flip` has bits those turned.
FACET_INLINE void store_lowest_bytes(uint8_t *to, const vector v[2], uint8_t flip) {
  const __m256i mask = _mm256_set1_epi32(255);
  const __m256i words = _mm256_packus_epi32(_mm256_and_si256(_mm256_castps_si256(v[0]), mask), _mm256_and_si256(_mm256_castps_si256(v[1]), mask));
  const __m256i ordered = _mm256_permute4x64_epi64(words, 0xD8);
  const __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(ordered), _mm256_extracti128_si256(ordered, 1));
  _mm_storeu_si128((__m128i *)(void *)to, _mm_xor_si128(bytes, _mm_set1_epi8((char)flip)));
}

#include "facet_softmax_rows_f32_vector.h"

/// Softmax of each pixel's channels, 16 at a time.
void facet_softmax_rows_f32_avx2(const void *arguments, int32_t y0, int32_t y1) { softmax_rows(arguments, y0, y1); }
#pragma clang attribute pop
#endif
