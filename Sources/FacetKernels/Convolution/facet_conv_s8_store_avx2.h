/// From 16 sums of a pixel to int8 results: what the 256-bit int8 convolutions share. Included after the target is set.
#ifndef FACET_CONV_S8_STORE_AVX2_H
#define FACET_CONV_S8_STORE_AVX2_H
#include "facet_conv_tile.h"
#include "facet_results_s8_avx2.h"

#pragma GCC visibility push(hidden)

/// Pixels whose sums are kept until they become results together, where that is not plain, at most; and those of a tile.
enum { KEPT = 36, WIDEST = 6 };

/// What the results of 16 channels need.
typedef struct {
  facet_results results;
  __m256i initial[2];
  int32_t first, channel; ///< of the 16: index in the per-channel arrays, output channel
  int32_t kept, index;    ///< how many pixels are kept, which is the first one
  __m256i sums[KEPT][2];
  ptrdiff_t outputs[KEPT], residuals[KEPT];
} channel_constants;

/// The 16 channels of a block from `half`; sums start from `initial`.
void facet_conv_s8_prepare_avx2(channel_constants *k, const facet_conv_block *b, int32_t half, const int32_t *initial);

/// Keeps `valid` pixels from a position on, whose sums are in place. By parts: read together, they would wait until they are written.
void facet_conv_s8_keep_avx2(channel_constants *k, const facet_conv_strides *s, int32_t valid, ptrdiff_t output, ptrdiff_t residual, int32_t x,
                             int32_t index);

/// What is kept to its results, behind the last tile of the channels.
void facet_conv_s8_flush_avx2(channel_constants *k);

/// Keeps the first `valid` of a tile's N pixels, which begin at `first`.
FACET_INLINE void keep(channel_constants *k, const facet_conv_strides *s, facet_position first, int32_t valid, __m256i acc[][2], const int N) {
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) k->sums[k->kept + i][0] = acc[i][0], k->sums[k->kept + i][1] = acc[i][1];
  facet_conv_s8_keep_avx2(k, s, valid, first.output, first.residual, first.x, first.index);
}

/// The sums of N pixels to their results, plainly, at their places from the first output on.
FACET_INLINE void store_plain(const channel_constants *k, const ptrdiff_t places[], __m256i acc[][2], const int N) {
  uint8_t *output = (uint8_t *)k->results.c->output + k->channel;
  FACET_UNROLLED_FOR(int i = 0; i < N; i += 2) {
    const int j = i + 1 < N ? i + 1 : i;
    __m256 p[4];
    facet_results_scale(&k->results, acc[i], 0, p);
    facet_results_scale(&k->results, acc[j], 0, p + 2);
    const __m256i bytes = facet_results_simple(&k->results, p);
    _mm_storeu_si128((__m128i *)(output + places[i]), _mm256_castsi256_si128(bytes));
    if (j > i) _mm_storeu_si128((__m128i *)(output + places[j]), _mm256_extracti128_si256(bytes, 1));
  }
}

#pragma GCC visibility pop

#endif
