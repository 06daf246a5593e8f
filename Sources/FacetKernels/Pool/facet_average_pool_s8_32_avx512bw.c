#if defined(__x86_64__)
#include "facet_pool_window.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)

/// Bytes that fit a sum of 16 bits.
enum { TAPS_16 = 257 };

/// Sums of 32 channels, 16 in each vector.
typedef struct {
  __m512i low, high;
} sums;

FACET_INLINE sums widen(sums s, __m512i words) {
  s.low = _mm512_add_epi32(s.low, _mm512_cvtepu16_epi32(_mm512_castsi512_si256(words)));
  s.high = _mm512_add_epi32(s.high, _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(words, 1)));
  return s;
}

/// The sum of `rows` x `columns` taps, each byte minus `zero`; `flip` makes int8 bytes unsigned.
FACET_INLINE sums sum_window(const uint8_t *first_tap, int32_t rows, int32_t columns, ptrdiff_t tap_row, ptrdiff_t tap_pixel, int32_t zero,
                             __m256i flip) {
  const __m512i start = _mm512_set1_epi32((int32_t)(0u - (uint32_t)rows * (uint32_t)columns * (uint32_t)zero));
  sums s = {start, start};
  __m512i words = _mm512_setzero_si512();
  int32_t taps = 0;
  for (int32_t ky = 0; ky < rows; ky++, first_tap += tap_row) {
    const uint8_t *in = first_tap;
    if (taps + columns > TAPS_16) {
      s = widen(s, words);
      words = _mm512_setzero_si512();
      taps = 0;
    }
    taps += columns;
    for (int32_t kx = 0; kx < columns; kx++, in += tap_pixel) // input may be read beyond the channels
      words = _mm512_add_epi16(words, _mm512_cvtepu8_epi16(_mm256_xor_si256(_mm256_loadu_si256((const __m256i *)in), flip)));
  }
  return widen(s, words);
}

/// Average pooling, int8: 32 channels at a time, summed in 16 bits as long as they fit. Windows of at most 257 columns.
void facet_average_pool_s8_32_avx512bw(const void *arguments, int32_t y0, int32_t y1) {
  const facet_pool *a = arguments;
  const int32_t shift = a->stored_unsigned ? 0 : 128;
  const __m256i flip = _mm256_set1_epi8((char)shift);
  const __m512 low = _mm512_set1_ps((float)(a->low - a->zero)), high = _mm512_set1_ps((float)(a->high - a->zero));
  const __m512i zero = _mm512_set1_epi32(a->zero);
  for (int32_t y = y0; y < y1; y++) {
    const facet_window rows = facet_pool_rows(a, y);
    for (int32_t x = 0; x < a->out_width; x++) {
      const facet_window columns = facet_pool_columns(a, x);
      const int32_t index = facet_pool_index(a, rows, columns);
      const uint8_t *first_tap = facet_pool_pixel(a, rows, rows.begin, columns, columns.begin);
      for (int32_t first = 0; first < a->channels; first += 32) {
        const sums s = sum_window(first_tap + first, rows.end - rows.begin, columns.end - columns.begin, a->input_row * a->dilation_y,
                                  a->input_pixel * a->dilation_x, a->input_zero + shift, flip);
        const int32_t count = a->channels - first < 32 ? a->channels - first : 32;
        const __mmask32 valid = 0xFFFFFFFFu >> (32 - count);
        const __m512 acc[2] = {_mm512_cvtepi32_ps(s.low), _mm512_cvtepi32_ps(s.high)};
        for (int i = 0; i < 2; i++) {
          const __mmask16 mask = (__mmask16)(valid >> (16 * i));
          if (a->scores) {
            float *scores = (float *)facet_at_mutable(a->scores, y * a->scores_row + x * a->scores_pixel) + first + 16 * i;
            _mm512_mask_storeu_ps(scores, mask, _mm512_mul_ps(acc[i], _mm512_set1_ps(a->scores_multiplier[index])));
          }
          if (a->output) {
            uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel + first + 16 * i);
            const __m512 p = _mm512_mul_ps(acc[i], _mm512_set1_ps(a->multiplier[index]));
            const __m512i q = _mm512_add_epi32(_mm512_cvtps_epi32(_mm512_min_ps(_mm512_max_ps(p, low), high)), zero);
            _mm_mask_storeu_epi8(output, mask, _mm512_cvtepi32_epi8(q));
          }
        }
      }
    }
  }
}
#pragma clang attribute pop
#endif
