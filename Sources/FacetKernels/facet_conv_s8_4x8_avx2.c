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

/// What the requantization of 8 channels needs in vectors.
typedef struct {
  __m256i initial, zero, low, residual_zero;
  __m256 multiplier, high, residual_multiplier;
} block_constants;

FACET_INLINE block_constants prepare(const facet_conv *c, facet_conv_block b, int32_t first) {
  const block_constants k = {.initial = _mm256_loadu_si256((const __m256i *)(c->initial + b.first + first)),
                             .zero = _mm256_set1_epi16((short)c->zero),
                             .low = _mm256_set1_epi8((char)c->low),
                             .residual_zero = _mm256_set1_epi32(c->residual_zero),
                             .multiplier = c->output ? _mm256_loadu_ps(c->multiplier + b.first + first) : _mm256_setzero_ps(),
                             .high = _mm256_set1_ps((float)(c->high - c->zero)),
                             .residual_multiplier = _mm256_set1_ps(c->residual_multiplier)};
  return k;
}

/// One pixel to integers without zero point. The upper bound is applied before the conversion, which turns what is too large into
/// INT32_MIN; the lower one after it, on bytes: that is equal.
FACET_INLINE __m256i requantize(const block_constants *k, __m256i acc, const uint8_t *residual, int32_t count, const int is_unsigned) {
  __m256 p = _mm256_mul_ps(_mm256_cvtepi32_ps(acc), k->multiplier);
  if (residual) {
    uint64_t bytes = 0;
    memcpy(&bytes, residual, count == 8 ? 8 : (size_t)count);
    const __m128i r = _mm_cvtsi64_si128((long long)bytes);
    const __m256i e = _mm256_sub_epi32(is_unsigned ? _mm256_cvtepu8_epi32(r) : _mm256_cvtepi8_epi32(r), k->residual_zero);
    p = _mm256_add_ps(p, _mm256_mul_ps(_mm256_cvtepi32_ps(e), k->residual_multiplier));
  }
  return _mm256_cvtps_epi32(_mm256_min_ps(p, k->high));
}

/// One pixel whose accumulators also become scores.
static __attribute__((noinline)) void store_general(const facet_conv *c, int32_t first, int32_t channel, int32_t count, facet_position p,
                                                    const __m256i *acc) {
  uint32_t row[8];
  _mm256_storeu_si256((__m256i *)row, *acc);
  facet_store_s8(c, row, first, channel, count, p.y, p.x);
}

/// Stores four pixels (the first `valid` of them) of 8 channels (the first `count`), the block's from `first`.
FACET_INLINE void store(const facet_conv *c, facet_conv_block b, int32_t first, const block_constants *k, const facet_position *positions,
                        int32_t valid, int32_t count, const __m256i acc[4], const int is_unsigned) {
  if (c->scores) {
    for (int32_t i = 0; i < valid; i++) store_general(c, (int32_t)b.first + first, b.channel + first, count, positions[i], &acc[i]);
    return;
  }
  __m256i q[4];
  _Pragma("clang loop unroll(full)") for (int i = 0; i < 4; i++) {
    const uint8_t *residual = c->residual;
    if (residual) residual += positions[i].residual + b.channel + first;
    q[i] = requantize(k, acc[i], residual, count, is_unsigned);
  }
  const __m256i w0 = _mm256_adds_epi16(_mm256_packs_epi32(q[0], q[1]), k->zero), w1 = _mm256_adds_epi16(_mm256_packs_epi32(q[2], q[3]), k->zero);
  const __m256i bytes = is_unsigned ? _mm256_max_epu8(_mm256_packus_epi16(w0, w1), k->low) : _mm256_max_epi8(_mm256_packs_epi16(w0, w1), k->low);
  uint8_t rows[4][8];
  _mm256_storeu_si256((__m256i *)rows, _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7)));
  uint8_t *output = (uint8_t *)c->output + b.channel + first;
  for (int32_t i = 0; i < valid; i++)
    memcpy(output + positions[i].output, rows[i], count == 8 ? 8 : (size_t)count);
}

/// N output pixels, of which `valid` are stored, by 8 of the block's channels from `first`. An accumulator holds four channels, each
/// as two sums (inputs 0 and 1, 2 and 3). Products of 16-bit numbers and their pairwise sums are exact in 32 bits.
FACET_INLINE void tile(const facet_conv *c, facet_conv_block b, int32_t first, const block_constants *k, facet_segments s, const facet_conv_strides *strides, const int8_t *w,
                       facet_position *p, int32_t valid, const int N, const int is_unsigned) {
  facet_position positions[4];
  const uint8_t *in[4];
  facet_tile_fill(strides, b.input, p, valid, N, positions, in);
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

  const int32_t count = b.count - first < 8 ? b.count - first : 8;
  __m256i totals[4];
  _Pragma("clang loop unroll(full)") for (int i = 0; i < 4; i++) {
    // hadd gives the channels 0 1 4 5 2 3 6 7
    const int j = i < N ? i : 0;
    totals[i] = _mm256_add_epi32(k->initial, _mm256_permute4x64_epi64(_mm256_hadd_epi32(acc[j][0], acc[j][1]), 0xD8));
    if (i >= N) positions[i] = positions[0];
  }
  store(c, b, first, k, positions, valid, count, totals, is_unsigned);
}

FACET_INLINE void blocks(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1, const int is_unsigned) {
  const facet_segments s = facet_conv_segments(c);
  const facet_conv_strides strides = facet_conv_strides_of(c);
  const size_t block_bytes = (size_t)s.rows * s.columns * ((s.length + 3) / 4) * 4 * FACET_BLOCK;
  for (int32_t i = b0; i < b1; i++) {
    const int8_t *w = (const int8_t *)c->weights + (size_t)i * block_bytes;
    const facet_conv_block b = facet_conv_block_at(c, i, 1);
    for (int32_t first = 0; first < b.count; first += 8) {
      const block_constants k = prepare(c, b, first);
      facet_position p = facet_position_at(c, p0);
      for (int32_t left = p1 - p0; left > 0;) {
        const int32_t valid = left < 4 ? left : 4;
        if (valid > 1)
          tile(c, b, first, &k, s, &strides, w, &p, valid, 4, is_unsigned);
        else
          tile(c, b, first, &k, s, &strides, w, &p, valid, 1, is_unsigned);
        left -= valid;
      }
    }
  }
}

/// Convolution and fully connected, int8: 4 pixels by 8 channels, 8 accumulators, widened to 16 bits for vpmaddwd (vpmaddubsw
/// would saturate). Exact for both ways of storing.
void facet_conv_s8_4x8_avx2(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  for (int32_t q = p0; q < p1; q = facet_strip_end(q, p1)) {
    if (c->stored_unsigned)
      blocks(c, q, facet_strip_end(q, p1), b0, b1, 1);
    else
      blocks(c, q, facet_strip_end(q, p1), b0, b1, 0);
  }
}
#pragma clang attribute pop
#endif
