/// Depthwise convolution of 32 channels by vpdpbusd: four numbers of each channel side by side in a dword. Include it where the target has
/// AVX-512 F, BW, VL, VNNI and VBMI.
#ifndef FACET_DEPTHWISE_AVX512VBMI_H
#define FACET_DEPTHWISE_AVX512VBMI_H

/// 32 channels: half h holds channel 8j + 4h + e in element e of lane j, so that the in-lane packs of the end bring them in order.
typedef struct {
  __m512i half[2];
} facet_interleaved;

typedef struct {
  __m512i choose[2], initial[2];
  __m512 multiplier[2], high, residual_multiplier;
  __m512i zero, low, residual_zero, order;
  __mmask32 mask;
} facet_depthwise_constants;

FACET_INLINE facet_depthwise_constants facet_depthwise_prepare(const facet_conv *c, int32_t first) {
  facet_depthwise_constants k;
  const int32_t left = c->groups - first;
  k.mask = left >= 32 ? 0xFFFFFFFFu : (1u << left) - 1;
  const __mmask16 mask0 = (__mmask16)k.mask, mask1 = (__mmask16)(k.mask >> 16);
  const __m512i initial0 = _mm512_maskz_loadu_epi32(mask0, c->initial + first), initial1 = _mm512_maskz_loadu_epi32(mask1, c->initial + first + 16);
  const __m512 multiplier0 = _mm512_maskz_loadu_ps(mask0, c->multiplier + first),
               multiplier1 = _mm512_maskz_loadu_ps(mask1, c->multiplier + first + 16);
  FACET_UNROLLED_FOR(int h = 0; h < 2; h++) {
    const __m512i channels = _mm512_add_epi32(_mm512_setr_epi32(0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27), _mm512_set1_epi32(4 * h));
    // byte b of a dword: number b of the channel, of two vectors that hold two times 32 bytes
    k.choose[h] = _mm512_add_epi8(_mm512_mullo_epi32(channels, _mm512_set1_epi32(0x01010101)), _mm512_set1_epi32(0x60402000));
    k.initial[h] = _mm512_permutex2var_epi32(initial0, channels, initial1);
    k.multiplier[h] = _mm512_permutex2var_ps(multiplier0, channels, multiplier1);
  }
  k.high = _mm512_set1_ps((float)(c->high - c->zero));
  k.zero = _mm512_set1_epi16((short)c->zero);
  k.low = _mm512_set1_epi8((char)c->low);
  k.residual_zero = _mm512_set1_epi32(c->residual_zero);
  k.residual_multiplier = _mm512_set1_ps(c->residual_multiplier);
  k.order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
  return k;
}

FACET_INLINE facet_interleaved facet_interleave_4(const facet_depthwise_constants *k, __m256i a, __m256i b, __m256i c, __m256i d) {
  const __m512i ab = _mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1), cd = _mm512_inserti64x4(_mm512_castsi256_si512(c), d, 1);
  facet_interleaved r = {{_mm512_permutex2var_epi8(ab, k->choose[0], cd), _mm512_permutex2var_epi8(ab, k->choose[1], cd)}};
  return r;
}

/// Four pixels or taps; each is read to the 32nd channel, which may lie beyond the last.
FACET_INLINE facet_interleaved facet_interleave(const facet_depthwise_constants *k, const uint8_t *a, const uint8_t *b, const uint8_t *c,
                                                const uint8_t *d) {
  return facet_interleave_4(k, _mm256_loadu_si256((const __m256i *)a), _mm256_loadu_si256((const __m256i *)b), _mm256_loadu_si256((const __m256i *)c),
                            _mm256_loadu_si256((const __m256i *)d));
}

/// The weights of a tap; zeros for -1.
FACET_INLINE __m256i facet_depthwise_weights(const facet_conv *c, const facet_depthwise_constants *k, int32_t first, int32_t tap) {
  return tap < 0 ? _mm256_setzero_si256() : _mm256_maskz_loadu_epi8(k->mask, (const uint8_t *)c->weights + (ptrdiff_t)tap * c->groups + first);
}

FACET_INLINE __m512i facet_depthwise_words(const facet_depthwise_constants *k, const __m512i acc[2], const uint8_t *residual) {
  __m512 p0 = _mm512_mul_ps(_mm512_cvtepi32_ps(acc[0]), k->multiplier[0]), p1 = _mm512_mul_ps(_mm512_cvtepi32_ps(acc[1]), k->multiplier[1]);
  if (residual) {
    const __m512i bytes = _mm512_castsi256_si512(_mm256_maskz_loadu_epi8(k->mask, residual));
    const __m512i r0 = _mm512_maskz_permutexvar_epi8(0x1111111111111111u, k->choose[0], bytes);
    const __m512i r1 = _mm512_maskz_permutexvar_epi8(0x1111111111111111u, k->choose[1], bytes);
    p0 = _mm512_add_ps(p0, _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_sub_epi32(r0, k->residual_zero)), k->residual_multiplier));
    p1 = _mm512_add_ps(p1, _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_sub_epi32(r1, k->residual_zero)), k->residual_multiplier));
  }
  // bounds as in the convolution: the upper one before the conversion, the lower one on bytes
  const __m512i q0 = _mm512_cvtps_epi32(_mm512_min_ps(p0, k->high)), q1 = _mm512_cvtps_epi32(_mm512_min_ps(p1, k->high));
  return _mm512_adds_epi16(_mm512_packs_epi32(q0, q1), k->zero);
}

/// The results of two pixels; of the second only where there is one (`both`).
FACET_INLINE void facet_depthwise_store(const facet_depthwise_constants *k, const __m512i first[2], const __m512i second[2], uint8_t *output0,
                                        uint8_t *output1, int32_t both, const uint8_t *residual0, const uint8_t *residual1) {
  const __m512i w0 = facet_depthwise_words(k, first, residual0), w1 = facet_depthwise_words(k, second, both ? residual1 : residual0);
  const __m512i bytes = _mm512_permutexvar_epi64(k->order, _mm512_max_epu8(_mm512_packus_epi16(w0, w1), k->low));
  _mm256_mask_storeu_epi8(output0, k->mask, _mm512_castsi512_si256(bytes));
  if (both) _mm256_mask_storeu_epi8(output1, k->mask, _mm512_extracti64x4_epi64(bytes, 1));
}

#endif
