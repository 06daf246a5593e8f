/// float32 to int8 in AVX2: q = int(rne(clamp(x * scale))) + z; NaN gives z.
#ifndef FACET_QUANTIZED_AVX2_H
#define FACET_QUANTIZED_AVX2_H
#include "facet_internal.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

typedef struct {
  __m256 scale, low, high;
  __m256i zero, flip; ///< flip: from signed bytes to stored ones
} facet_quantizer;

/// For results from `lowest` to 127.
FACET_INLINE facet_quantizer facet_quantizer_of(const facet_unary *a, int32_t lowest) {
  const int32_t zero = a->output_zero - (a->stored_unsigned ? 128 : 0);
  const facet_quantizer q = {_mm256_set1_ps(a->scale), _mm256_set1_ps((float)(lowest - zero)), _mm256_set1_ps((float)(127 - zero)),
                             _mm256_set1_epi16((short)zero), _mm256_set1_epi8((char)(a->stored_unsigned ? 0x80 : 0))};
  return q;
}

/// Eight numbers in units of the result's scale, NaN as 0.
FACET_INLINE __m256 facet_units(const facet_quantizer *q, const float *input) {
  const __m256 p = _mm256_mul_ps(_mm256_loadu_ps(input), q->scale);
  return _mm256_and_ps(p, _mm256_cmp_ps(p, p, _CMP_ORD_Q));
}

/// Eight results without the zero point.
FACET_INLINE __m256i facet_clamped(const facet_quantizer *q, __m256 p) {
  return _mm256_cvtps_epi32(_mm256_min_ps(_mm256_max_ps(p, q->low), q->high));
}

#pragma clang attribute pop
#endif
