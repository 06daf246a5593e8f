/// Depthwise convolution of 32 channels by vpdpbusd: four numbers of each channel side by side in a dword. Include it where the target has
/// AVX-512 F, BW, VL, VNNI and VBMI.
#ifndef FACET_DEPTHWISE_AVX512VBMI_H
#define FACET_DEPTHWISE_AVX512VBMI_H
#include "facet_results_s8_avx512.h"

/// 32 channels: half h holds channel 8j + 4h + e in element e of lane j, so that the in-lane packs of the end bring them in order.
typedef struct {
  __m512i half[2];
} facet_interleaved;

/// For byte b of a dword: number b of the channel, of two vectors that hold two times 32 bytes.
FACET_INLINE __m512i facet_depthwise_choice(int h) {
  const __m512i channels = _mm512_add_epi32(_mm512_setr_epi32(0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27), _mm512_set1_epi32(4 * h));
  return _mm512_add_epi8(_mm512_mullo_epi32(channels, _mm512_set1_epi32(0x01010101)), _mm512_set1_epi32(0x60402000));
}

FACET_INLINE facet_interleaved facet_interleave_4(__m256i a, __m256i b, __m256i c, __m256i d) {
  const __m512i ab = _mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1), cd = _mm512_inserti64x4(_mm512_castsi256_si512(c), d, 1);
  facet_interleaved r = {{_mm512_permutex2var_epi8(ab, facet_depthwise_choice(0), cd), _mm512_permutex2var_epi8(ab, facet_depthwise_choice(1), cd)}};
  return r;
}

/// Four pixels or taps; each is read to the 32nd channel, which may lie beyond the last.
FACET_INLINE facet_interleaved facet_interleave(const uint8_t *a, const uint8_t *b, const uint8_t *c, const uint8_t *d) {
  return facet_interleave_4(_mm256_loadu_si256((const __m256i *)a), _mm256_loadu_si256((const __m256i *)b), _mm256_loadu_si256((const __m256i *)c),
                            _mm256_loadu_si256((const __m256i *)d));
}

/// The weights of a tap; zeros for -1.
FACET_INLINE __m256i facet_depthwise_weights(const facet_results *k, int32_t first, int32_t tap) {
  const uint8_t *weights = k->c->weights;
  return tap < 0 ? _mm256_setzero_si256() : _mm256_maskz_loadu_epi8(k->mask, weights + (ptrdiff_t)tap * k->c->groups + first);
}

#endif
