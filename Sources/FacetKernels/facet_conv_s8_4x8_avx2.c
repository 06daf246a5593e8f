#if defined(__x86_64__)
#include "facet_conv_tile.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "facet_store_s8.h"

/// Four inputs as 16-bit numbers, four times over.
FACET_INLINE __m256i broadcast(const uint8_t *p, const int is_unsigned) {
  int32_t four;
  memcpy(&four, p, 4);
  const __m128i x = _mm_set1_epi32(four);
  return is_unsigned ? _mm256_cvtepu8_epi16(x) : _mm256_cvtepi8_epi16(x);
}

/// N output pixels, of which `valid` are stored, by 8 of the block's channels from `first`. An accumulator holds four channels, each
/// as two sums (inputs 0 and 1, 2 and 3). Products of 16-bit numbers and their pairwise sums are exact in 32 bits.
FACET_INLINE void tile(const facet_conv *c, facet_conv_block b, int32_t first, facet_segments s, const int8_t *w, facet_position *p,
                       int32_t valid, const int N, const int is_unsigned) {
  facet_position positions[4];
  const uint8_t *in[4];
  facet_tile_fill(c, b.input, p, valid, N, positions, in);
  __m256i acc[4][2];
  _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) acc[i][0] = _mm256_setzero_si256(), acc[i][1] = _mm256_setzero_si256();

  const ptrdiff_t tap_row = c->input_row * c->dilation_y, tap_pixel = c->input_pixel * c->dilation_x;
  const ptrdiff_t bytes = 4 * (ptrdiff_t)((s.length + 3) / 4);
  w += 4 * first;
  for (int32_t ky = 0; ky < s.rows; ky++)
    for (int32_t kx = 0; kx < s.columns; kx++) {
      ptrdiff_t offset = ky * tap_row + kx * tap_pixel;
      const ptrdiff_t end = offset + bytes;
      _Pragma("clang loop unroll(disable)") for (; offset < end; offset += 4, w += 4 * FACET_BLOCK) {
        const __m256i w0 = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)w));
        const __m256i w1 = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(w + 16)));
        _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) {
          const __m256i x = broadcast(in[i] + offset, is_unsigned);
          acc[i][0] = _mm256_add_epi32(acc[i][0], _mm256_madd_epi16(x, w0));
          acc[i][1] = _mm256_add_epi32(acc[i][1], _mm256_madd_epi16(x, w1));
        }
      }
    }

  const __m256i initial = _mm256_loadu_si256((const __m256i *)(c->initial + b.first + first));
  const int32_t count = b.count - first < 8 ? b.count - first : 8;
  _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) {
    // hadd gives the channels 0 1 4 5 2 3 6 7
    const __m256i sum = _mm256_permute4x64_epi64(_mm256_hadd_epi32(acc[i][0], acc[i][1]), 0xD8);
    uint32_t row[8];
    _mm256_storeu_si256((__m256i *)row, _mm256_add_epi32(initial, sum));
    if (i >= valid) continue;
    if (count == 8)
      facet_store_s8(c, row, (int32_t)b.first + first, b.channel + first, 8, positions[i].y, positions[i].x);
    else
      facet_store_s8(c, row, (int32_t)b.first + first, b.channel + first, count, positions[i].y, positions[i].x);
  }
}

FACET_INLINE void blocks(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1, const int is_unsigned) {
  const facet_segments s = facet_conv_segments(c);
  const size_t block_bytes = (size_t)s.rows * s.columns * ((s.length + 3) / 4) * 4 * FACET_BLOCK;
  for (int32_t i = b0; i < b1; i++) {
    const int8_t *w = (const int8_t *)c->weights + (size_t)i * block_bytes;
    const facet_conv_block b = facet_conv_block_at(c, i, 1);
    for (int32_t first = 0; first < b.count; first += 8) {
      facet_position p = facet_position_at(c, p0);
      for (int32_t left = p1 - p0; left > 0;) {
        const int32_t valid = left < 4 ? left : 4;
        if (valid > 1)
          tile(c, b, first, s, w, &p, valid, 4, is_unsigned);
        else
          tile(c, b, first, s, w, &p, valid, 1, is_unsigned);
        left -= valid;
      }
    }
  }
}

/// Convolution and fully connected, int8: 4 pixels by 8 channels, 8 accumulators, widened to 16 bits for vpmaddwd (vpmaddubsw
/// would saturate). Exact for both ways of storing.
void facet_conv_s8_4x8_avx2(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  if (p0 >= p1) return;
  if (c->stored_unsigned)
    blocks(c, p0, p1, b0, b1, 1);
  else
    blocks(c, p0, p1, b0, b1, 0);
}
#pragma clang attribute pop
#endif
