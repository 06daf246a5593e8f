#if defined(__x86_64__)
#include "facet_internal.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)

/// Three planes of float32 to an int8 tensor without gaps between pixels, 16 pixels at a time: q = int(rne(clamp(x * r))) + z; NaN gives z.
void facet_gather_f32_s8_rgb_avx512f(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  const float low = (float)((a->stored_unsigned ? 0 : -128) - a->zero);
  const __m512 lowest = _mm512_set1_ps(low), highest = _mm512_set1_ps(low + 255.0f), multiplier = _mm512_set1_ps(a->multiplier);
  const __m512i zero = _mm512_set1_epi32(a->zero), byte = _mm512_set1_epi32(0xFF);
  // four pixels of a lane as dwords become 12 bytes, then the lanes close up
  const __m512i squeeze = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
  const __m512i close = _mm512_setr_epi32(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 7, 11, 15);
  const ptrdiff_t plane = (ptrdiff_t)a->height * a->width;
  for (int32_t y = y0; y < y1; y++) {
    const float *input = (const float *)a->input + (ptrdiff_t)y * a->width;
    uint8_t *output = facet_at_mutable(a->output, y * a->output_row);
    for (int32_t x = 0; x < a->width; x += 16) {
      const int32_t count = a->width - x < 16 ? a->width - x : 16;
      const __mmask16 valid = (__mmask16)(0xFFFFu >> (16 - count));
      __m512i pixels = _mm512_setzero_si512();
      for (int i = 0; i < 3; i++) {
        const __m512 p = _mm512_mul_ps(_mm512_maskz_loadu_ps(valid, input + i * plane + x), multiplier);
        const __m512 number = _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(p, p, _CMP_ORD_Q), p);
        const __m512i q = _mm512_cvtps_epi32(_mm512_min_ps(_mm512_max_ps(number, lowest), highest));
        pixels = _mm512_or_si512(pixels, _mm512_slli_epi32(_mm512_and_si512(_mm512_add_epi32(q, zero), byte), (unsigned)(8 * i)));
      }
      const __m512i bytes = _mm512_permutexvar_epi32(close, _mm512_shuffle_epi8(pixels, squeeze));
      _mm512_mask_storeu_epi8(output + 3 * x, ~0ull >> (64 - 3 * count), bytes);
    }
  }
}
#pragma clang attribute pop
#endif
