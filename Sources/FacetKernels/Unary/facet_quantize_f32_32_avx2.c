#if defined(__x86_64__)
#include "facet_unary_body.h"
#include "../facet_quantized_avx2.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

FACET_INLINE __m256i eight(const facet_quantizer *q, const float *input) { return facet_clamped(q, facet_units(q, input)); }

/// 32 results, signed up to the last step. The two in-lane packs leave four neighbours in a double word.
FACET_INLINE void quantize(const facet_quantizer *q, const float *input, uint8_t *output) {
  const __m256i w0 = _mm256_add_epi16(_mm256_packs_epi32(eight(q, input), eight(q, input + 8)), q->zero);
  const __m256i w1 = _mm256_add_epi16(_mm256_packs_epi32(eight(q, input + 16), eight(q, input + 24)), q->zero);
  const __m256i bytes = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(w0, w1), _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
  _mm256_storeu_si256((__m256i *)output, _mm256_xor_si256(bytes, q->flip));
}

/// float32 to int8, 32 at a time: q = int(rne(clamp(x * scale))) + z, where `scale` holds 1 / the tensor's; NaN gives z.
void facet_quantize_f32_32_avx2(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(arguments, sizeof(float), 1), *a = &m;
  const facet_quantizer q = facet_quantizer_of(a, -128);
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const float *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      int32_t i = 0;
      for (; i + 32 <= a->channels; i += 32) quantize(&q, input + i, output + i);
      if (i < a->channels) {
        float last[32] = {0};
        uint8_t bytes[32];
        memcpy(last, input + i, (size_t)(a->channels - i) * sizeof(float));
        quantize(&q, last, bytes);
        memcpy(output + i, bytes, (size_t)(a->channels - i));
      }
    }
}
#pragma clang attribute pop
#endif
