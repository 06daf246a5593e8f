/// From sums of 32 channels to int8 results: what the convolutions of 512 bits share. Include it where the target has AVX-512 F, BW and VL.
#ifndef FACET_RESULTS_S8_AVX512_H
#define FACET_RESULTS_S8_AVX512_H
#include "facet_internal.h"
#include <immintrin.h>

#pragma GCC visibility push(hidden)

/// What 32 channels need in vectors, two of 16 sums: the channels in their order, or by turns four of the one and four of the other (`by_fours`),
/// which in-lane packs bring in order.
typedef struct {
  __m512i initial[2];
  __m512 multiplier[2];
  __m512i zero, low, high; ///< of results as they are stored
  __m512i order;           ///< of the double words of four packed vectors: two pixels of 32 channels, or four of the first 16
  __mmask32 mask;          ///< of channels that exist
  /// No sum times its multiplier is beyond the 32 bits that a conversion gives: then what comes after it saturates, and bounds may come last.
  int32_t small;
  int32_t simple;          ///< small and without a function
  int32_t plain;           ///< simple, without residual and scores
  const facet_conv *c;
  int32_t function;
  // where it is not simple, or stored signed
  __m512i signed_zero, signed_low, signed_high, flip; ///< of signed results; where they are stored unsigned, `flip` turns their highest bit
  __m512i offset, pieces[4];
  __m512 slopes[2], alpha, beta, least, most; ///< the last ones: bounds where it is not small
} facet_results;

/// Bytes from one pixel of a tile to the next, and from the first four to the others: then a tile may stand in one row or in two.
typedef struct {
  ptrdiff_t next, fifth;
} facet_steps;

FACET_INLINE ptrdiff_t facet_step(facet_steps s, int i) { return (i & 3) * s.next + (i >> 2) * s.fifth; }

/// Where the results of a tile go, and its residual, or NULL.
typedef struct {
  uint8_t *output;
  const uint8_t *residual;
  facet_steps out, res;
} facet_places;

/// For `count` channels, at most 32, whose first one has index `first` in the per-channel arrays.
void facet_results_prepare_avx512(facet_results *k, const facet_conv *c, ptrdiff_t first, int32_t count, int32_t by_fours);

/// The sums of `count` pixels of a convolution to their results, whatever they need but scores, where activations are stored unsigned. `half`: of the
/// first 16 channels alone, and a multiple of four pixels. Vectors to a multiple of four are read.
void facet_results_store_avx512(const facet_results *k, const facet_places *p, const __m512i *sums, int32_t count, int32_t half);

/// Four vectors of sums before their rounding; `second`: the multipliers of odd vectors.
FACET_INLINE void facet_results_scale(const facet_results *k, const __m512i *sums, const int second, __m512 p[4]) {
  FACET_UNROLLED_FOR(int v = 0; v < 4; v++) p[v] = _mm512_mul_ps(_mm512_cvtepi32_ps(sums[v]), k->multiplier[v & 1 ? second : 0]);
}

/// 64 results in order, of what is simple, where activations are stored unsigned.
FACET_INLINE __m512i facet_results_simple(const facet_results *k, const __m512 p[4]) {
  __m512i w[2];
  FACET_UNROLLED_FOR(int h = 0; h < 2; h++)
    w[h] = _mm512_adds_epi16(_mm512_packs_epi32(_mm512_cvtps_epi32(p[2 * h]), _mm512_cvtps_epi32(p[2 * h + 1])), k->zero);
  return _mm512_permutexvar_epi32(k->order, _mm512_min_epu8(_mm512_max_epu8(_mm512_packus_epi16(w[0], w[1]), k->low), k->high));
}

/// Four vectors of sums to 64 results in order, plainly.
FACET_INLINE __m512i facet_results_plain(const facet_results *k, __m512i a0, __m512i a1, __m512i a2, __m512i a3, const int second) {
  const __m512i sums[4] = {a0, a1, a2, a3};
  __m512 p[4];
  facet_results_scale(k, sums, second, p);
  return facet_results_simple(k, p);
}

/// Adds the residual `r` of 64 results, numbers that are stored unsigned, less `zero`.
FACET_INLINE void facet_results_add(const facet_conv *c, const __m512i r[4], int32_t zero, __m512 p[4]) {
  FACET_UNROLLED_FOR(int v = 0; v < 4; v++) {
    const __m512 difference = _mm512_cvtepi32_ps(_mm512_sub_epi32(r[v], _mm512_set1_epi32(zero)));
    p[v] = _mm512_add_ps(p[v], _mm512_mul_ps(difference, _mm512_set1_ps(c->residual_multiplier)));
  }
}

/// The function of 64 results before their rounding, `p`, where there is one, and their bytes in order.
FACET_INLINE __m512i facet_results_bytes(const facet_results *k, __m512 p[4]) {
  const __m512 none = _mm512_setzero_ps();
  __m512i q[4], w[2], bytes;
  if (k->function == FACET_RESULT_SLOPES)
    FACET_UNROLLED_FOR(int v = 0; v < 4; v++) p[v] = _mm512_mask_mul_ps(p[v], _mm512_cmp_ps_mask(p[v], none, _CMP_LT_OQ), p[v], k->slopes[v & 1]);
  if (k->function == FACET_RESULT_HARD_SWISH)
    FACET_UNROLLED_FOR(int v = 0; v < 4; v++) {
      const __m512 t = _mm512_add_ps(_mm512_mul_ps(p[v], k->alpha), k->beta);
      p[v] = _mm512_mul_ps(p[v], _mm512_min_ps(_mm512_max_ps(t, none), _mm512_set1_ps(1)));
    }
  if (!k->small)
    FACET_UNROLLED_FOR(int v = 0; v < 4; v++) p[v] = _mm512_min_ps(_mm512_max_ps(p[v], k->least), k->most);
  FACET_UNROLLED_FOR(int v = 0; v < 4; v++) q[v] = _mm512_cvtps_epi32(p[v]);
  if (k->function == FACET_RESULT_PIECES) {
    FACET_UNROLLED_FOR(int v = 0; v < 4; v++) q[v] = _mm512_add_epi32(q[v], k->offset);
    FACET_UNROLLED_FOR(int h = 0; h < 2; h++) {
      const __m512i x = _mm512_packs_epi32(q[2 * h], q[2 * h + 1]), piece = _mm512_srli_epi16(x, 10);
      const __m512i base = _mm512_permutex2var_epi16(k->pieces[0], piece, k->pieces[1]);
      const __m512i slope = _mm512_permutex2var_epi16(k->pieces[2], piece, k->pieces[3]);
      w[h] = _mm512_mulhrs_epi16(_mm512_add_epi16(base, _mm512_mulhrs_epi16(slope, _mm512_slli_epi16(x, 5))), _mm512_set1_epi16(256));
    }
    bytes = _mm512_packs_epi16(w[0], w[1]);
  } else {
    FACET_UNROLLED_FOR(int h = 0; h < 2; h++) w[h] = _mm512_adds_epi16(_mm512_packs_epi32(q[2 * h], q[2 * h + 1]), k->signed_zero);
    bytes = _mm512_min_epi8(_mm512_max_epi8(_mm512_packs_epi16(w[0], w[1]), k->signed_low), k->signed_high);
  }
  return _mm512_permutexvar_epi32(k->order, _mm512_xor_si512(bytes, k->flip));
}

/// The sums of two pixels side by side, `by_fours`, to their results; of the second only where there is one (`both`). `simple`: it is known to be so.
FACET_INLINE void facet_results_store_two(const facet_results *k, __m512i acc[2][2], uint8_t *output, const uint8_t *residual, int32_t both,
                                          const int is_unsigned, const int simple) {
  const facet_conv *c = k->c;
  __m512 p[4];
  facet_results_scale(k, acc[0], 1, p);
  if (residual) {
    __m512i r[4];
    FACET_UNROLLED_FOR(int i = 0; i < 2; i++) {
      __m256i from = _mm256_maskz_loadu_epi8(i == 0 || both ? k->mask : 0, residual + i * c->residual_pixel);
      if (!is_unsigned) from = _mm256_xor_si256(from, _mm256_set1_epi8((char)0x80));
      const __m512i words = _mm512_cvtepu8_epi16(from);
      r[2 * i] = _mm512_unpacklo_epi16(words, _mm512_setzero_si512());
      r[2 * i + 1] = _mm512_unpackhi_epi16(words, _mm512_setzero_si512());
    }
    facet_results_add(c, r, c->residual_zero + (is_unsigned ? 0 : 128), p);
  }
  const __m512i bytes = simple || (is_unsigned && k->simple) ? facet_results_simple(k, p) : facet_results_bytes(k, p);
  _mm256_mask_storeu_epi8(output, k->mask, _mm512_castsi512_si256(bytes));
  if (both) _mm256_mask_storeu_epi8(output + c->output_pixel, k->mask, _mm512_extracti64x4_epi64(bytes, 1));
}

#pragma GCC visibility pop

#endif
