#if defined(__x86_64__)
#include "facet_internal.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

/// 8 pixels of three planes to 24 numbers side by side. Each plane is turned so that its elements stand where they will in all three
/// vectors (place 3 p + e modulo 8 belongs to pixel p); then each vector blends the three.
FACET_INLINE void interleave(const float *a, const float *b, const float *c, float *output) {
  const __m256 va = _mm256_permutevar8x32_ps(_mm256_loadu_ps(a), _mm256_setr_epi32(0, 3, 6, 1, 4, 7, 2, 5));
  const __m256 vb = _mm256_permutevar8x32_ps(_mm256_loadu_ps(b), _mm256_setr_epi32(5, 0, 3, 6, 1, 4, 7, 2));
  const __m256 vc = _mm256_permutevar8x32_ps(_mm256_loadu_ps(c), _mm256_setr_epi32(2, 5, 0, 3, 6, 1, 4, 7));
  _mm256_storeu_ps(output, _mm256_blend_ps(_mm256_blend_ps(va, vb, 0x92), vc, 0x24));
  _mm256_storeu_ps(output + 8, _mm256_blend_ps(_mm256_blend_ps(va, vb, 0x24), vc, 0x49));
  _mm256_storeu_ps(output + 16, _mm256_blend_ps(_mm256_blend_ps(va, vb, 0x49), vc, 0x92));
}

/// Planar float32 to a float32 tensor with three interleaved channels and pixels without gaps.
void facet_gather_f32_f32_3x8_avx2(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  const ptrdiff_t plane = (ptrdiff_t)a->height * a->width;
  for (int32_t y = y0; y < y1; y++) {
    const float *input = (const float *)a->input + (ptrdiff_t)y * a->width;
    float *output = facet_at_mutable(a->output, y * a->output_row);
    int32_t x = 0;
    for (; x + 8 <= a->width; x += 8) interleave(input + x, input + plane + x, input + 2 * plane + x, output + 3 * (ptrdiff_t)x);
    for (; x < a->width; x++)
      for (int32_t i = 0; i < 3; i++) output[3 * (ptrdiff_t)x + i] = input[i * plane + x];
  }
}
#pragma clang attribute pop
#endif
