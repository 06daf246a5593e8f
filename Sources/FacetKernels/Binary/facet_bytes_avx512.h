/// From 64 scaled sums to 64 int8 results that are stored unsigned. Include it where the target has AVX-512 F, BW and VL.
#ifndef FACET_BYTES_AVX512_H
#define FACET_BYTES_AVX512_H

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

#endif
