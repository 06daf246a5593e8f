/// Add and multiply, int8, stored unsigned, 64 channels at a time. Include it where the target has AVX-512 F, BW and VL.
#ifndef FACET_BINARY_S8_AVX512_H
#define FACET_BINARY_S8_AVX512_H
#include "facet_binary_rows.h"
#include "facet_bytes_avx512.h"

FACET_INLINE void facet_binary_s8_64(const facet_binary *args, int32_t y0, int32_t y1, const int multiply) {
  const facet_binary m = facet_binary_merged(args, 1), *a = &m;
  const facet_bytes_constants k = facet_bytes_prepare(a->zero, a->low, a->high);
  const __m512i a_zero = _mm512_set1_epi32(a->a_zero), b_zero = _mm512_set1_epi32(a->b_zero);
  const __m512 a_multiplier = _mm512_set1_ps(a->a_multiplier), b_multiplier = _mm512_set1_ps(a->b_multiplier);
  // the same operand for every pixel of a row stays in registers
  const int repeats = a->width > 1 && a->b_pixel == 0;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t first = 0; first < a->channels; first += 64) {
      const uint8_t *in_a = facet_at(a->a, y * a->a_row + first), *in_b = facet_at(a->b, y * a->b_row + first);
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + first);
      const int32_t count = a->channels - first < 64 ? a->channels - first : 64;
      const __mmask64 valid = ~0ull >> (64 - count);
      const int vectors = (count + 15) / 16;
      __m512 p[4], b[4];
      for (int i = 0; i < 4; i++) p[i] = b[i] = _mm512_setzero_ps();
      for (int32_t x = 0; x < a->width; x++, in_a += a->a_pixel, in_b += a->b_pixel, output += a->output_pixel) {
        FACET_UNROLLED_FOR(int i = 0; i < 4; i++) {
          if (i < vectors) {
            if (!repeats || x == 0) b[i] = facet_bytes_float(in_b + 16 * i, (__mmask16)(valid >> (16 * i)), b_zero);
            p[i] = facet_bytes_float(in_a + 16 * i, (__mmask16)(valid >> (16 * i)), a_zero);
            // a product of two differences has at most 17 bits: exact
            p[i] = multiply ? _mm512_mul_ps(_mm512_mul_ps(p[i], b[i]), a_multiplier)
                            : _mm512_add_ps(_mm512_mul_ps(p[i], a_multiplier), _mm512_mul_ps(b[i], b_multiplier));
          }
        }
        const __m512i bytes = facet_bytes_64(&k, p);
        if (count == 64) {
          _mm512_storeu_si512(output, bytes);
        } else { // no wider than needed: a load of the next pixel would wait for a store that spans it
          _mm_mask_storeu_epi8(output, (__mmask16)valid, _mm512_castsi512_si128(bytes));
          if (vectors > 1) _mm_mask_storeu_epi8(output + 16, (__mmask16)(valid >> 16), _mm512_extracti32x4_epi32(bytes, 1));
          if (vectors > 2) _mm_mask_storeu_epi8(output + 32, (__mmask16)(valid >> 32), _mm512_extracti32x4_epi32(bytes, 2));
          if (vectors > 3) _mm_mask_storeu_epi8(output + 48, (__mmask16)(valid >> 48), _mm512_extracti32x4_epi32(bytes, 3));
        }
      }
    }
}

#endif
