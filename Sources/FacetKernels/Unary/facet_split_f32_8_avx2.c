#if defined(__x86_64__)
#include "../facet_quantized_avx2.h"
#include "facet_split_body.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

/// Eight high parts and then their low ones, signed up to the last step. The packs leave four of each in every half.
FACET_INLINE __m128i split(const facet_quantizer *q, __m256 ratio, const float *input) {
  const __m256 p = facet_units(q, input);
  const __m256i high = facet_clamped(q, p);
  const __m256i low = facet_clamped(q, _mm256_mul_ps(_mm256_sub_ps(p, _mm256_cvtepi32_ps(high)), ratio));
  const __m256i words = _mm256_add_epi16(_mm256_packs_epi32(high, low), q->zero), bytes = _mm256_packs_epi16(words, words);
  const __m128i parts = _mm_unpacklo_epi32(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1));
  return _mm_xor_si128(parts, _mm256_castsi256_si128(q->flip));
}

/// float32 to two int8 parts, eight at a time: x · scale = high + low / alpha, each rounded and, with the zero point, within ±127. NaN is 0.
void facet_split_f32_8_avx2(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary *a = arguments;
  const facet_runs runs = facet_runs_of(a);
  const facet_quantizer q = facet_quantizer_of(a, -127);
  const __m256 ratio = _mm256_set1_ps(a->alpha);
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < runs.count; x++) {
      const float *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      facet_parts to = {facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel), a->channels};
      FACET_ROLLED_FOR(int32_t left = runs.length; left > 0; left -= 8, input += 8) {
        uint8_t parts[16];
        _mm_storeu_si128((__m128i *)parts, split(&q, ratio, input));
        facet_put_parts(a, &to, parts, 8, left);
      }
    }
}
#pragma clang attribute pop
#endif
