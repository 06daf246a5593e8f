#if defined(__x86_64__)
#include "facet_conv_tile.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)
#include "facet_conv_s8_store_avx2.h"

/// Four bytes in every lane. By inline assembly: clang makes vbroadcastss of the intrinsic, which takes a floating-point slot.
FACET_INLINE __m256i broadcast(const uint8_t *p) {
  __m256i r;
  __asm__("vpbroadcastd %1, %0" : "=x"(r) : "m"(*(const uint8_t (*)[4])p));
  return r;
}

/// One step of four inputs for N pixels and 16 channels.
#define STEP(offset, weights, acc)                                                                                                 \
  {                                                                                                                                \
    const __m256i w0 = _mm256_loadu_si256((const __m256i *)(weights)), w1 = _mm256_loadu_si256((const __m256i *)((weights) + 32)); \
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) {                                                                                    \
      const __m256i x = broadcast(in[i] + (offset));                                                                               \
      acc[i][0] = _mm256_dpbusd_avx_epi32(acc[i][0], x, w0);                                                                       \
      acc[i][1] = _mm256_dpbusd_avx_epi32(acc[i][1], x, w1);                                                                       \
    }                                                                                                                              \
  }

/// N output pixels, of which `valid` are stored, by 16 channels; a single pixel sums every other step apart, to wait less.
FACET_INLINE void tile(const facet_conv *c, const facet_conv_block *b, channel_constants *k, facet_segments s, const facet_conv_strides *strides,
                       const int8_t *w, facet_position *p, int32_t valid, const int N) {
  const facet_position first = *p;
  const uint8_t *in[6];
  ptrdiff_t places[6];
  if (valid == N && facet_in_one_row(strides, p, N)) {
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) in[i] = b->input + first.input + i * strides->input, places[i] = first.output + i * strides->output;
    facet_position_advance(strides, p, N);
  } else {
    facet_tile t;
    facet_tile_fill(strides, b->input, p, valid, N, &t);
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) in[i] = t.input[i], places[i] = t.output[i];
  }
  __m256i acc[6][2], other[1][2] = {{_mm256_setzero_si256(), _mm256_setzero_si256()}};
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) acc[i][0] = k->initial[0], acc[i][1] = k->initial[1];

  const ptrdiff_t tap_row = c->input_row * c->dilation_y, tap_pixel = c->input_pixel * c->dilation_x;
  const ptrdiff_t bytes = 4 * (ptrdiff_t)((s.length + 3) / 4);
  for (int32_t ky = 0; ky < s.rows; ky++)
    for (int32_t kx = 0; kx < s.columns; kx++) {
      ptrdiff_t offset = ky * tap_row + kx * tap_pixel;
      const ptrdiff_t end = offset + bytes;
      FACET_ROLLED_FOR(; offset + 8 <= end; offset += 8, w += 256) {
        STEP(offset, w, acc)
        if (N == 1)
          STEP(offset + 4, w + 128, other)
        else
          STEP(offset + 4, w + 128, acc)
      }
      if (offset < end) {
        STEP(offset, w, acc)
        w += 128;
      }
    }
  if (N == 1)
    for (int v = 0; v < 2; v++) acc[0][v] = _mm256_add_epi32(acc[0][v], other[0][v]);
  if (valid == N && k->results.plain)
    store_plain(k, places, acc, N);
  else
    keep(k, strides, first, valid, acc, N);
}
#undef STEP

/// Pixels [p0, p1) of 16 channels, in tiles as equal as they can be.
FACET_INLINE void pixels(const facet_conv *c, const facet_conv_block *b, channel_constants *k, facet_segments s, const facet_conv_strides *strides,
                         const int8_t *w, int32_t p0, int32_t p1) {
  facet_position p = facet_position_at(c, p0);
  for (int32_t left = p1 - p0; left > 0;) {
    const int32_t tiles = (left + 5) / 6, valid = (left + tiles - 1) / tiles;
    if (valid == 6)
      tile(c, b, k, s, strides, w, &p, valid, 6);
    else if (valid > 1)
      tile(c, b, k, s, strides, w, &p, valid, 5);
    else
      tile(c, b, k, s, strides, w, &p, valid, 1);
    left -= valid;
  }
}

FACET_INLINE void blocks(const facet_conv *c, channel_constants *k, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_segments s = facet_conv_segments(c);
  const facet_conv_strides strides = facet_conv_strides_of(c);
  const size_t steps = (size_t)s.rows * s.columns * ((s.length + 3) / 4);
  for (int32_t i = b0; i < b1; i++) {
    const facet_conv_block b = facet_conv_block_at(c, i, 1);
    for (int32_t half = 0; half < b.count; half += 16) {
      const int8_t *w = (const int8_t *)c->weights + (size_t)i * steps * 128 + 4 * half;
      facet_conv_s8_prepare_avx2(k, &b, half, c->initial + b.first + half);
      pixels(c, &b, k, s, &strides, w, p0, p1);
      if (k->kept) facet_conv_s8_flush_avx2(k);
    }
  }
}

/// Convolution and fully connected, int8, activations stored unsigned as vpdpbusd wants them: 6 pixels by 16 channels, 12 accumulators, on
/// 256 bits.
void facet_conv_u8s8_6x16_avxvnni(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_conv *c = arguments;
  channel_constants k;
  facet_results_prepare_avx2(&k.results, c, FACET_IN_ORDER_16);
  for (int32_t q = p0; q < p1; q = facet_strip_end(q, p1)) blocks(c, &k, q, facet_strip_end(q, p1), b0, b1);
}
#pragma clang attribute pop
#endif
