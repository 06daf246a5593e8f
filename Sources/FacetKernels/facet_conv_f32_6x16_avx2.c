#if defined(__x86_64__)
#include "facet_conv_tile.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "facet_store_f32.h"

/// N output pixels, of which `valid` are stored, by 16 of the block's channels from `half`. Each result is summed in the order of
/// the weights, whatever N.
FACET_INLINE void tile(const facet_conv *c, facet_conv_block b, int32_t half, facet_segments s, const facet_conv_strides *strides, const float *w, facet_position *p,
                       int32_t valid, const int N) {
  facet_position positions[6];
  const uint8_t *in[6];
  facet_tile_fill(strides, b.input, p, valid, N, positions, in);
  __m256 acc[6][2];
  const float *bias = c->bias + b.first + half;
  _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) acc[i][0] = _mm256_loadu_ps(bias), acc[i][1] = _mm256_loadu_ps(bias + 8);

  const ptrdiff_t tap_row = c->input_row * c->dilation_y, tap_pixel = c->input_pixel * c->dilation_x;
  w += half;
  for (int32_t ky = 0; ky < s.rows; ky++)
    for (int32_t kx = 0; kx < s.columns; kx++) {
      ptrdiff_t offset = ky * tap_row + kx * tap_pixel;
      const ptrdiff_t end = offset + 4 * (ptrdiff_t)s.length;
      _Pragma("clang loop unroll_count(2)") for (; offset < end; offset += 4, w += FACET_BLOCK) {
        const __m256 w0 = _mm256_loadu_ps(w), w1 = _mm256_loadu_ps(w + 8);
        _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) {
          const __m256 x = _mm256_set1_ps(*(const float *)(in[i] + offset));
          acc[i][0] = _mm256_fmadd_ps(x, w0, acc[i][0]);
          acc[i][1] = _mm256_fmadd_ps(x, w1, acc[i][1]);
        }
      }
    }
  const int32_t count = b.count - half < 16 ? b.count - half : 16;
  _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) {
    float row[16];
    _mm256_storeu_ps(row, acc[i][0]);
    _mm256_storeu_ps(row + 8, acc[i][1]);
    if (i < valid) facet_store_f32(c, row, b.channel + half, count, positions[i].y, positions[i].x);
  }
}

FACET_INLINE void blocks(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_segments s = facet_conv_segments(c);
  const facet_conv_strides strides = facet_conv_strides_of(c);
  const size_t block_elements = (size_t)s.rows * s.columns * s.length * FACET_BLOCK;
  for (int32_t i = b0; i < b1; i++) {
    const float *w = (const float *)c->weights + (size_t)i * block_elements;
    const facet_conv_block b = facet_conv_block_at(c, i, sizeof(float));
    for (int32_t half = 0; half < b.count; half += 16) {
      facet_position p = facet_position_at(c, p0);
      for (int32_t left = p1 - p0; left > 0;) {
        const int32_t valid = left < 6 ? left : 6;
        if (valid > 1)
          tile(c, b, half, s, &strides, w, &p, valid, 6);
        else
          tile(c, b, half, s, &strides, w, &p, valid, 1);
        left -= valid;
      }
    }
  }
}

/// Convolution and fully connected, float32: 6 pixels by 16 channels, 12 accumulators, fused multiply-add.
void facet_conv_f32_6x16_avx2(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  for (int32_t q = p0; q < p1; q = facet_strip_end(q, p1)) blocks(c, q, facet_strip_end(q, p1), b0, b1);
}
#pragma clang attribute pop
#endif
