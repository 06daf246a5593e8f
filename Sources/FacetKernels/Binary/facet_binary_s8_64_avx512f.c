#if defined(__x86_64__)
#include "facet_binary_rows.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)

// From 64 scaled sums to 64 int8 results that are stored unsigned.

typedef struct {
  __m512 high;
  __m512i zero, low, order;
} facet_bytes_constants;

/// Bounds and zero point as they are stored.
FACET_INLINE facet_bytes_constants facet_bytes_prepare(int32_t zero, int32_t low, int32_t high) {
  facet_bytes_constants k;
  k.high = _mm512_set1_ps((float)(high - zero));
  k.zero = _mm512_set1_epi16((short)zero);
  k.low = _mm512_set1_epi8((char)low);
  // after two in-lane packs, lane j holds four numbers of each vector
  k.order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  return k;
}

/// The upper bound is applied before the conversion, which turns what is too large into INT32_MIN; the lower one after it, on bytes:
/// that is equal wherever the sums are above -2^31.
FACET_INLINE __m512i facet_bytes_64(const facet_bytes_constants *k, const __m512 p[4]) {
  __m512i words[2];
  FACET_UNROLLED_FOR(int i = 0; i < 2; i++) {
    const __m512i q0 = _mm512_cvtps_epi32(_mm512_min_ps(p[2 * i], k->high)), q1 = _mm512_cvtps_epi32(_mm512_min_ps(p[2 * i + 1], k->high));
    words[i] = _mm512_adds_epi16(_mm512_packs_epi32(q0, q1), k->zero);
  }
  return _mm512_permutexvar_epi32(k->order, _mm512_max_epu8(_mm512_packus_epi16(words[0], words[1]), k->low));
}

/// Up to 16 bytes as numbers without their zero point.
FACET_INLINE __m512 facet_bytes_float(const uint8_t *p, __mmask16 valid, __m512i zero) {
  return _mm512_cvtepi32_ps(_mm512_sub_epi32(_mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(valid, p)), zero));
}

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

/// Sum of two tensors, int8: stored unsigned, 64 channels at a time, of which none is repeated.
void facet_add_s8_64_avx512f(const void *arguments, int32_t y0, int32_t y1) { facet_binary_s8_64(arguments, y0, y1, 0); }

/// Product of two tensors, int8: stored unsigned, 64 channels at a time, of which none is repeated.
void facet_multiply_s8_64_avx512f(const void *arguments, int32_t y0, int32_t y1) { facet_binary_s8_64(arguments, y0, y1, 1); }
#pragma clang attribute pop
#endif
