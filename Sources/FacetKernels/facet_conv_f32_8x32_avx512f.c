#if defined(__x86_64__)
#include "facet_conv_tile.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)

FACET_INLINE void store(const facet_conv *c, facet_conv_block b, facet_position p, __m512 a0, __m512 a1) {
  const __mmask16 m0 = b.count >= 16 ? 0xFFFF : (__mmask16)((1u << b.count) - 1);
  const __mmask16 m1 = b.count <= 16 ? 0 : (__mmask16)((1u << (b.count - 16)) - 1);
  if (c->residual) {
    const float *r = (const float *)facet_at(c->residual, p.residual) + b.channel;
    a0 = _mm512_add_ps(a0, _mm512_maskz_loadu_ps(m0, r));
    a1 = _mm512_add_ps(a1, _mm512_maskz_loadu_ps(m1, r + 16));
  }
  // the accumulator second: where it is NaN, it stays
  const __m512 low = _mm512_set1_ps(c->low_f), high = _mm512_set1_ps(c->high_f);
  float *output = (float *)facet_at_mutable(c->output, p.output) + b.channel;
  _mm512_mask_storeu_ps(output, m0, _mm512_min_ps(high, _mm512_max_ps(low, a0)));
  _mm512_mask_storeu_ps(output + 16, m1, _mm512_min_ps(high, _mm512_max_ps(low, a1)));
}

/// N output pixels, of which `valid` are stored, by 32 channels. Each result is summed in the order of the weights, whatever N.
FACET_INLINE void tile(const facet_conv *c, facet_conv_block b, facet_segments s, const facet_conv_strides *strides, const float *w, facet_position *p, int32_t valid,
                       const int N) {
  facet_position positions[8];
  const uint8_t *in[8];
  facet_tile_fill(strides, b.input, p, valid, N, positions, in);
  __m512 acc[8][2];
  const __m512 bias0 = _mm512_loadu_ps(c->bias + b.first), bias1 = _mm512_loadu_ps(c->bias + b.first + 16);
  _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) acc[i][0] = bias0, acc[i][1] = bias1;

  const ptrdiff_t tap_row = c->input_row * c->dilation_y, tap_pixel = c->input_pixel * c->dilation_x;
  for (int32_t ky = 0; ky < s.rows; ky++)
    for (int32_t kx = 0; kx < s.columns; kx++) {
      ptrdiff_t offset = ky * tap_row + kx * tap_pixel;
      const ptrdiff_t end = offset + 4 * (ptrdiff_t)s.length;
      _Pragma("clang loop unroll_count(2)") for (; offset < end; offset += 4, w += FACET_BLOCK) {
        const __m512 w0 = _mm512_loadu_ps(w), w1 = _mm512_loadu_ps(w + 16);
        _mm_prefetch((const char *)w + 6144, _MM_HINT_T0);
        _mm_prefetch((const char *)w + 6144 + 64, _MM_HINT_T0);
        _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) {
          const __m512 x = _mm512_set1_ps(*(const float *)(in[i] + offset));
          acc[i][0] = _mm512_fmadd_ps(x, w0, acc[i][0]);
          acc[i][1] = _mm512_fmadd_ps(x, w1, acc[i][1]);
        }
      }
    }
  _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++)
    if (i < valid) store(c, b, positions[i], acc[i][0], acc[i][1]);
}

FACET_INLINE void blocks(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_segments s = facet_conv_segments(c);
  const facet_conv_strides strides = facet_conv_strides_of(c);
  const size_t block_elements = (size_t)s.rows * s.columns * s.length * FACET_BLOCK;
  for (int32_t i = b0; i < b1; i++) {
    const float *w = (const float *)c->weights + (size_t)i * block_elements;
    const facet_conv_block b = facet_conv_block_at(c, i, sizeof(float));
    facet_position p = facet_position_at(c, p0);
    for (int32_t left = p1 - p0; left > 0;) {
      const int32_t valid = left < 8 ? left : 8;
      if (valid > 4)
        tile(c, b, s, &strides, w, &p, valid, 8);
      else if (valid > 1)
        tile(c, b, s, &strides, w, &p, valid, 4);
      else
        tile(c, b, s, &strides, w, &p, valid, 1);
      left -= valid;
    }
  }
}

/// Convolution and fully connected, float32: 8 pixels by 32 channels, 16 accumulators, fused multiply-add.
void facet_conv_f32_8x32_avx512f(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  for (int32_t q = p0; q < p1; q = facet_strip_end(q, p1)) blocks(c, q, facet_strip_end(q, p1), b0, b1);
}
#pragma clang attribute pop
#endif
