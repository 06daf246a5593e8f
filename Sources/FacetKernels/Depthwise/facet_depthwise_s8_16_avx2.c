#if defined(__x86_64__)
#include "facet_depthwise_taps.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

/// 16 channels. Interleaving words lane by lane leaves channels 0-3, 8-11 in the first vector and the others in the second; the
/// pack at the end undoes it.
typedef struct {
  __m256i weights[FACET_DEPTHWISE_TAPS / 2][2], initial[2];
  __m256 multiplier[2], high, residual_multiplier;
  __m256i zero, residual_zero;
  __m128i low;
  int32_t count;
} channel_constants;

FACET_INLINE __m256i widen(const void *p, const int is_unsigned) {
  const __m128i bytes = _mm_loadu_si128(p);
  return is_unsigned ? _mm256_cvtepu8_epi16(bytes) : _mm256_cvtepi8_epi16(bytes);
}

/// `count` bytes, then zeros.
FACET_INLINE __m256i widen_some(const void *p, int32_t count, const int is_unsigned) {
  uint8_t bytes[16] = {0};
  memcpy(bytes, p, (size_t)count);
  return widen(bytes, is_unsigned);
}

/// Sixteen 32-bit numbers in the order of the accumulators; those that do not exist are zero.
FACET_INLINE void reorder(const void *p, int32_t count, __m256i result[2]) {
  int32_t v[16] = {0};
  memcpy(v, p, (size_t)count * 4);
  result[0] = _mm256_setr_epi32(v[0], v[1], v[2], v[3], v[8], v[9], v[10], v[11]);
  result[1] = _mm256_setr_epi32(v[4], v[5], v[6], v[7], v[12], v[13], v[14], v[15]);
}

static void prepare(const facet_conv *c, const facet_depthwise_taps *t, int32_t first, channel_constants *k) {
  k->count = c->groups - first < 16 ? c->groups - first : 16;
  __m256i multiplier[2];
  reorder(c->initial + first, k->count, k->initial);
  reorder(c->multiplier + first, k->count, multiplier);
  for (int i = 0; i < 2; i++) k->multiplier[i] = _mm256_castsi256_ps(multiplier[i]);
  for (int32_t i = 0; i < t->pairs; i++) {
    const int8_t *w = (const int8_t *)c->weights + 2 * (ptrdiff_t)i * c->groups + first;
    const __m256i w0 = widen_some(w, k->count, 0), w1 = 2 * i + 1 < t->count ? widen_some(w + c->groups, k->count, 0) : _mm256_setzero_si256();
    k->weights[i][0] = _mm256_unpacklo_epi16(w0, w1);
    k->weights[i][1] = _mm256_unpackhi_epi16(w0, w1);
  }
  k->high = _mm256_set1_ps((float)(c->high - c->zero));
  k->residual_multiplier = _mm256_set1_ps(c->residual_multiplier);
  k->zero = _mm256_set1_epi16((short)c->zero);
  k->residual_zero = _mm256_set1_epi16((short)c->residual_zero);
  k->low = _mm_set1_epi8((char)c->low);
}

/// float(r - z_r) * m_r of words lane by lane: the difference in the upper half of a double word, shifted down with its sign.
FACET_INLINE __m256 scaled(const channel_constants *k, __m256i words) {
  return _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_srai_epi32(words, 16)), k->residual_multiplier);
}

FACET_INLINE __m128i requantize(const channel_constants *k, __m256i a0, __m256i a1, const uint8_t *residual, const int is_unsigned) {
  __m256 p0 = _mm256_mul_ps(_mm256_cvtepi32_ps(a0), k->multiplier[0]), p1 = _mm256_mul_ps(_mm256_cvtepi32_ps(a1), k->multiplier[1]);
  if (residual) {
    const __m256i words = k->count == 16 ? widen(residual, is_unsigned) : widen_some(residual, k->count, is_unsigned);
    const __m256i r = _mm256_sub_epi16(words, k->residual_zero), zero = _mm256_setzero_si256();
    p0 = _mm256_add_ps(p0, scaled(k, _mm256_unpacklo_epi16(zero, r)));
    p1 = _mm256_add_ps(p1, scaled(k, _mm256_unpackhi_epi16(zero, r)));
  }
  // the upper bound before the conversion, which turns what is too large into INT32_MIN; the lower one on bytes: that is equal
  const __m256i q0 = _mm256_cvtps_epi32(_mm256_min_ps(p0, k->high)), q1 = _mm256_cvtps_epi32(_mm256_min_ps(p1, k->high));
  const __m256i words = _mm256_adds_epi16(_mm256_packs_epi32(q0, q1), k->zero);
  const __m128i w0 = _mm256_castsi256_si128(words), w1 = _mm256_extracti128_si256(words, 1);
  return is_unsigned ? _mm_max_epu8(_mm_packus_epi16(w0, w1), k->low) : _mm_max_epi8(_mm_packs_epi16(w0, w1), k->low);
}

FACET_INLINE void rows(const facet_conv *c, const facet_depthwise_taps *t, const channel_constants *k, int32_t first, int32_t y0, int32_t y1,
                       const int32_t pairs, const int is_unsigned) {
  for (int32_t y = y0; y < y1; y++) {
    const uint8_t *in = (const uint8_t *)c->input + y * (c->input_row * c->stride_y) + first;
    uint8_t *output = (uint8_t *)c->output + y * c->output_row + first;
    const uint8_t *residual = c->residual ? (const uint8_t *)c->residual + y * c->residual_row + first : NULL;
    for (int32_t x = 0; x < c->out_width; x++, in += c->input_pixel * c->stride_x, output += c->output_pixel) {
      __m256i a0 = k->initial[0], a1 = k->initial[1];
      for (int32_t i = 0; i < pairs; i++) { // input may be read beyond the channels
        const __m256i x0 = widen(in + t->offset[2 * i], is_unsigned), x1 = widen(in + t->offset[2 * i + 1], is_unsigned);
        a0 = _mm256_add_epi32(a0, _mm256_madd_epi16(_mm256_unpacklo_epi16(x0, x1), k->weights[i][0]));
        a1 = _mm256_add_epi32(a1, _mm256_madd_epi16(_mm256_unpackhi_epi16(x0, x1), k->weights[i][1]));
      }
      const __m128i result = requantize(k, a0, a1, residual, is_unsigned);
      if (k->count == 16) {
        _mm_storeu_si128((__m128i *)output, result);
      } else {
        uint8_t bytes[16];
        _mm_storeu_si128((__m128i *)bytes, result);
        memcpy(output, bytes, (size_t)k->count);
      }
      if (residual) residual += c->residual_pixel;
    }
  }
}

/// Depthwise convolution, int8: 16 channels, pairs of taps by vpmaddwd on 16-bit numbers, exact for both ways of storing.
void facet_depthwise_s8_16_avx2(const void *arguments, int32_t y0, int32_t y1) {
  const facet_depthwise *d = arguments;
  const facet_conv *c = &d->c;
  facet_depthwise_taps t;
  facet_depthwise_list(c, &t);
  channel_constants k;
  for (int32_t first = 0; first < c->groups; first += 16) {
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
