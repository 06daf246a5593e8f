#if defined(__x86_64__)
#include "facet_depthwise_taps.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))), apply_to = function)

/// 32 channels. Interleaving words lane by lane leaves channels 0-3, 8-11, 16-19, 24-27 in the first vector and the others in the
/// second; the pack at the end undoes it.
typedef struct {
  __m512i weights[FACET_DEPTHWISE_TAPS / 2][2], initial[2];
  __m512 multiplier[2], high, residual_multiplier;
  __m512i zero, residual_zero;
  __m256i low;
  __mmask32 mask;
} channel_constants;

FACET_INLINE __m512i widen(const uint8_t *p, __mmask32 mask, const int is_unsigned) {
  const __m256i bytes = _mm256_maskz_loadu_epi8(mask, p);
  return is_unsigned ? _mm512_cvtepu8_epi16(bytes) : _mm512_cvtepi8_epi16(bytes);
}

static void prepare(const facet_conv *c, const facet_depthwise_taps *t, int32_t first, channel_constants *k) {
  const int32_t left = c->groups - first;
  k->mask = left >= 32 ? 0xFFFFFFFFu : (1u << left) - 1;
  const __m512i order[2] = {_mm512_setr_epi32(0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27),
                            _mm512_setr_epi32(4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)};
  const __mmask16 mask0 = (__mmask16)k->mask, mask1 = (__mmask16)(k->mask >> 16);
  const __m512i initial0 = _mm512_maskz_loadu_epi32(mask0, c->initial + first), initial1 = _mm512_maskz_loadu_epi32(mask1, c->initial + first + 16);
  const __m512 multiplier0 = _mm512_maskz_loadu_ps(mask0, c->multiplier + first),
               multiplier1 = _mm512_maskz_loadu_ps(mask1, c->multiplier + first + 16);
  for (int i = 0; i < 2; i++) {
    k->initial[i] = _mm512_permutex2var_epi32(initial0, order[i], initial1);
    k->multiplier[i] = _mm512_permutex2var_ps(multiplier0, order[i], multiplier1);
  }
  for (int32_t i = 0; i < t->pairs; i++) {
    const uint8_t *w = (const uint8_t *)c->weights + 2 * (ptrdiff_t)i * c->groups + first;
    const __m512i w0 = widen(w, k->mask, 0), w1 = 2 * i + 1 < t->count ? widen(w + c->groups, k->mask, 0) : _mm512_setzero_si512();
    k->weights[i][0] = _mm512_unpacklo_epi16(w0, w1);
    k->weights[i][1] = _mm512_unpackhi_epi16(w0, w1);
  }
  k->high = _mm512_set1_ps((float)(c->high - c->zero));
  k->residual_multiplier = _mm512_set1_ps(c->residual_multiplier);
  k->zero = _mm512_set1_epi16((short)c->zero);
  k->residual_zero = _mm512_set1_epi16((short)c->residual_zero);
  k->low = _mm256_set1_epi8((char)c->low);
}

/// float(r - z_r) * m_r of words lane by lane: the difference in the upper half of a double word, shifted down with its sign.
FACET_INLINE __m512 scaled(const channel_constants *k, __m512i words) {
  return _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_srai_epi32(words, 16)), k->residual_multiplier);
}

FACET_INLINE __m256i requantize(const channel_constants *k, __m512i a0, __m512i a1, const uint8_t *residual, const int is_unsigned) {
  __m512 p0 = _mm512_mul_ps(_mm512_cvtepi32_ps(a0), k->multiplier[0]), p1 = _mm512_mul_ps(_mm512_cvtepi32_ps(a1), k->multiplier[1]);
  if (residual) {
    const __m512i r = _mm512_sub_epi16(widen(residual, k->mask, is_unsigned), k->residual_zero), zero = _mm512_setzero_si512();
    p0 = _mm512_add_ps(p0, scaled(k, _mm512_unpacklo_epi16(zero, r)));
    p1 = _mm512_add_ps(p1, scaled(k, _mm512_unpackhi_epi16(zero, r)));
  }
  // bounds as in the convolution: the upper one before the conversion, the lower one on bytes
  const __m512i q0 = _mm512_cvtps_epi32(_mm512_min_ps(p0, k->high)), q1 = _mm512_cvtps_epi32(_mm512_min_ps(p1, k->high));
  const __m512i words = _mm512_adds_epi16(_mm512_packs_epi32(q0, q1), k->zero);
  const __m512i bytes = is_unsigned ? _mm512_packus_epi16(words, words) : _mm512_packs_epi16(words, words);
  const __m256i y = _mm512_castsi512_si256(_mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 0, 2, 4, 6), bytes));
  return is_unsigned ? _mm256_max_epu8(y, k->low) : _mm256_max_epi8(y, k->low);
}

FACET_INLINE void rows(const facet_conv *c, const facet_depthwise_taps *t, const channel_constants *k, int32_t first, int32_t y0, int32_t y1,
                       const int32_t pairs, const int is_unsigned) {
  const __mmask32 all = 0xFFFFFFFFu; // input may be read beyond the channels
  for (int32_t y = y0; y < y1; y++) {
    const uint8_t *in = (const uint8_t *)c->input + y * (c->input_row * c->stride_y) + first;
    uint8_t *output = (uint8_t *)c->output + y * c->output_row + first;
    const uint8_t *residual = c->residual ? (const uint8_t *)c->residual + y * c->residual_row + first : NULL;
    for (int32_t x = 0; x < c->out_width; x++, in += c->input_pixel * c->stride_x, output += c->output_pixel) {
      __m512i a0 = k->initial[0], a1 = k->initial[1];
      for (int32_t i = 0; i < pairs; i++) {
        const __m512i x0 = widen(in + t->offset[2 * i], all, is_unsigned), x1 = widen(in + t->offset[2 * i + 1], all, is_unsigned);
        a0 = _mm512_dpwssd_epi32(a0, _mm512_unpacklo_epi16(x0, x1), k->weights[i][0]);
        a1 = _mm512_dpwssd_epi32(a1, _mm512_unpackhi_epi16(x0, x1), k->weights[i][1]);
      }
      const __m256i result = requantize(k, a0, a1, residual, is_unsigned);
      if (k->mask == all)
        _mm256_storeu_si256((__m256i *)output, result);
      else
        _mm256_mask_storeu_epi8(output, k->mask, result);
      if (residual) residual += c->residual_pixel;
    }
  }
}

/// Depthwise convolution, int8: 32 channels, pairs of taps by vpdpwssd on 16-bit numbers, exact for both ways of storing.
void facet_depthwise_s8_32_avx512vnni(const void *arguments, int32_t y0, int32_t y1) {
  const facet_depthwise *d = arguments;
  const facet_conv *c = &d->c;
  facet_depthwise_taps t;
  facet_depthwise_list(c, &t);
  channel_constants k;
  for (int32_t first = 0; first < c->groups; first += 32) {
    prepare(c, &t, first, &k);
    if (c->stored_unsigned && t.pairs == 5)
      rows(c, &t, &k, first, y0, y1, 5, 1); // 3x3
    else if (c->stored_unsigned)
      rows(c, &t, &k, first, y0, y1, t.pairs, 1);
    else
      rows(c, &t, &k, first, y0, y1, t.pairs, 0);
  }
}
#pragma clang attribute pop
#endif
