#if defined(__x86_64__)
#include "facet_internal.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

typedef struct {
  __m256 multiplier, low, high;
  __m256i zero;
} constants;

/// Eight pixels of one plane, quantized, in the low byte of each lane.
FACET_INLINE __m256i quantized(const constants *k, const float *input) {
  __m256 p = _mm256_mul_ps(_mm256_loadu_ps(input), k->multiplier);
  p = _mm256_and_ps(p, _mm256_cmp_ps(p, p, _CMP_ORD_Q)); // NaN gives 0
  p = _mm256_min_ps(_mm256_max_ps(p, k->low), k->high);
  return _mm256_and_si256(_mm256_add_epi32(_mm256_cvtps_epi32(p), k->zero), _mm256_set1_epi32(0xFF));
}

/// Eight pixels of three planes to 24 bytes and 4 more, whose values do not matter.
FACET_INLINE void eight(const constants *k, const float *a, const float *b, const float *c, uint8_t *output) {
  const __m256i pixels =
      _mm256_or_si256(quantized(k, a), _mm256_or_si256(_mm256_slli_epi32(quantized(k, b), 8), _mm256_slli_epi32(quantized(k, c), 16)));
  const __m256i dense = _mm256_shuffle_epi8(
      pixels, _mm256_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
  _mm_storeu_si128((__m128i *)output, _mm256_castsi256_si128(dense));
  _mm_storeu_si128((__m128i *)(output + 12), _mm256_extracti128_si256(dense, 1));
}

/// Planar float32 to an int8 tensor with three interleaved channels and pixels without gaps.
void facet_gather_f32_s8_3x8_avx2(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  const float low = (float)((a->stored_unsigned ? 0 : -128) - a->zero);
  const constants k = {_mm256_set1_ps(a->multiplier), _mm256_set1_ps(low), _mm256_set1_ps(low + 255.0f), _mm256_set1_epi32(a->zero)};
  const ptrdiff_t plane = (ptrdiff_t)a->height * a->width;
  for (int32_t y = y0; y < y1; y++) {
    const float *input = (const float *)a->input + (ptrdiff_t)y * a->width;
    uint8_t *output = facet_at_mutable(a->output, y * a->output_row);
    int32_t x = 0;
    for (; x + 10 <= a->width; x += 8, input += 8) eight(&k, input, input + plane, input + 2 * plane, output + 3 * (ptrdiff_t)x);
    for (; x < a->width; x += 8, input += 8) { // nothing behind the row is read or written
      const int32_t left = a->width - x < 8 ? a->width - x : 8;
      float planes[3][8] = {{0}};
      uint8_t bytes[28];
      for (int32_t i = 0; i < 3; i++) memcpy(planes[i], input + i * plane, (size_t)left * sizeof(float));
      eight(&k, planes[0], planes[1], planes[2], bytes);
      memcpy(output + 3 * (ptrdiff_t)x, bytes, 3 * (size_t)left);
    }
  }
}
#pragma clang attribute pop
#endif
