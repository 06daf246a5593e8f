/// From sums to int8 results: what the convolutions of 256 bits share. Include it where the target has AVX2.
#ifndef FACET_RESULTS_S8_AVX2_H
#define FACET_RESULTS_S8_AVX2_H
#include "facet_internal.h"
#include <immintrin.h>

#pragma GCC visibility push(hidden)

/// Orders of sums in two vectors: 16 channels as they come; four of 16 and four of the last 8 by turns, as in-lane unpacking leaves them; four of 32
/// and four of the last 16, which then stand as two pixels of 16 channels.
typedef enum { FACET_IN_ORDER_16, FACET_BY_FOURS_16, FACET_BY_FOURS_32 } facet_order;

/// What the results of a block of channels need in vectors. Results are signed; where they are stored unsigned, `flip` turns their highest bit.
typedef struct {
  __m256 multiplier[4]; ///< of even pixels, of odd ones; in the order of their sums
  int32_t count[2];     ///< channels that exist, of even and odd pixels
  /// No sum times its multiplier is beyond the 32 bits that a conversion gives: then what comes after it saturates, and bounds may come last.
  int32_t small;
  int32_t simple;         ///< small and without a function
  int32_t plain;          ///< simple, without residual and scores, and all channels exist
  // the same for all blocks
  facet_order form;
  int32_t large;          ///< a residual that is not small
  int32_t alone;          ///< neither residual nor scores
  const facet_conv *c;
  __m256i zero, low, high, flip;
  __m256i order;          ///< of the double words of two packed pixels
  __m128i residual_order; ///< of the double words of 16 residuals, so that they follow the sums
  __m256i residual_zero;
  __m256 residual_multiplier, least, most;
  // where there is a function
  __m256 slopes[4]; ///< as `multiplier`
  /// Pieces, for look-ups of 16 entries: what they begin with and their slopes, in four parts of 16 pieces: low bytes, then high bytes. A part holds
  /// how it differs from the part before it.
  uint8_t pieces[2][4][2][16];
} facet_results;

/// What all blocks have in common.
void facet_results_prepare_avx2(facet_results *k, const facet_conv *c, facet_order form);

/// And a block: `count` channels from `first` in the per-channel arrays; of a convolution, as they come, the first function, of a depthwise
/// convolution the second, with what sums start from in their order.
void facet_results_block_avx2(facet_results *k, ptrdiff_t first, int32_t count);
void facet_results_fours_avx2(facet_results *k, ptrdiff_t first, int32_t count, __m256i initial[]);

/// The sums of `count` pixels to their results, whatever they need but scores; pixels begin `outputs` from `output` and `residuals` from `residual`,
/// which may be NULL.
void facet_results_store_avx2(const facet_results *k, __m256i (*sums)[2], int32_t count, uint8_t *output, const ptrdiff_t *outputs,
                              const uint8_t *residual, const ptrdiff_t *residuals);

/// 16 sums before their rounding; `odd`: of an odd pixel.
FACET_INLINE void facet_results_scale(const facet_results *k, const __m256i sums[2], const int odd, __m256 p[2]) {
  FACET_UNROLLED_FOR(int v = 0; v < 2; v++) p[v] = _mm256_mul_ps(_mm256_cvtepi32_ps(sums[v]), k->multiplier[2 * odd + v]);
}

/// Two pixels before their rounding to bytes in order, where they are simple.
FACET_INLINE __m256i facet_results_simple(const facet_results *k, const __m256 p[4]) {
  __m256i w[2];
  FACET_UNROLLED_FOR(int i = 0; i < 2; i++)
    w[i] = _mm256_adds_epi16(_mm256_packs_epi32(_mm256_cvtps_epi32(p[2 * i]), _mm256_cvtps_epi32(p[2 * i + 1])), k->zero);
  const __m256i bytes = _mm256_min_epi8(_mm256_max_epi8(_mm256_packs_epi16(w[0], w[1]), k->low), k->high);
  return _mm256_permutevar8x32_epi32(_mm256_xor_si256(bytes, k->flip), k->order);
}

#pragma GCC visibility pop

#endif
