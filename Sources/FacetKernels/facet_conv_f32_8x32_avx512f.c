#if defined(__x86_64__)
#include "facet_conv_tile.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)

/// What a block's results pass through; masks of the channels that exist.
typedef struct {
  __m512 low, high;
  __mmask16 mask[2];
} block_constants;

FACET_INLINE block_constants prepare(const facet_conv *c, int32_t count) {
  const block_constants k = {_mm512_set1_ps(c->low_f), _mm512_set1_ps(c->high_f),
                             {count >= 16 ? 0xFFFF : (__mmask16)((1u << count) - 1), count <= 16 ? 0 : (__mmask16)((1u << (count - 16)) - 1)}};
  return k;
}

/// V vectors of a pixel's channels.
FACET_INLINE void store(const block_constants *k, const float *residual, float *output, const __m512 acc[2], const int V) {
  _Pragma("clang loop unroll(full)") for (int v = 0; v < V; v++) {
    const __m512 sum = residual ? _mm512_add_ps(acc[v], _mm512_maskz_loadu_ps(k->mask[v], residual + 16 * v)) : acc[v];
    // the sum second: where it is NaN, it stays
    _mm512_mask_storeu_ps(output + 16 * v, k->mask[v], _mm512_min_ps(k->high, _mm512_max_ps(k->low, sum)));
  }
}

/// N output pixels, of which `valid` are stored, by V vectors of 16 channels. Each result is summed in the order of the weights, whatever
/// N and V.
FACET_INLINE void tile(const facet_conv *c, facet_conv_block b, facet_segments s, const facet_conv_strides *strides, const float *w, facet_position *p, int32_t valid,
                       const int N, const int V) {
  facet_tile t;
  facet_tile_fill(strides, b.input, p, valid, N, &t);
  const uint8_t *in[8];
  _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) in[i] = t.input[i];
  __m512 acc[8][2];
  _Pragma("clang loop unroll(full)") for (int v = 0; v < V; v++) {
    const __m512 bias = _mm512_loadu_ps(c->bias + b.first + 16 * v);
    _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) acc[i][v] = bias;
  }

  const ptrdiff_t tap_row = c->input_row * c->dilation_y, tap_pixel = c->input_pixel * c->dilation_x;
  for (int32_t ky = 0; ky < s.rows; ky++)
    for (int32_t kx = 0; kx < s.columns; kx++) {
      ptrdiff_t offset = ky * tap_row + kx * tap_pixel;
      const ptrdiff_t end = offset + 4 * (ptrdiff_t)s.length;
      _Pragma("clang loop unroll_count(2)") for (; offset < end; offset += 4, w += FACET_BLOCK) {
        __m512 weights[2];
        _Pragma("clang loop unroll(full)") for (int v = 0; v < V; v++) {
          weights[v] = _mm512_loadu_ps(w + 16 * v);
          _mm_prefetch((const char *)(w + 16 * v) + 6144, _MM_HINT_T0);
        }
        _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) {
          const __m512 x = _mm512_set1_ps(*(const float *)(in[i] + offset));
          _Pragma("clang loop unroll(full)") for (int v = 0; v < V; v++) acc[i][v] = _mm512_fmadd_ps(x, weights[v], acc[i][v]);
        }
      }
    }
  const block_constants k = prepare(c, b.count);
  float *output = (float *)c->output + b.channel;
  _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) {
    const float *residual = c->residual ? (const float *)facet_at(c->residual, t.residual[i]) + b.channel : NULL;
    if (i < valid) store(&k, residual, facet_at_mutable(output, t.output[i]), acc[i], V);
  }
}

FACET_INLINE void pixels(const facet_conv *c, facet_conv_block b, facet_segments s, const facet_conv_strides *strides, const float *w, int32_t p0, int32_t p1,
                         const int V) {
  facet_position p = facet_position_at(c, p0);
  for (int32_t left = p1 - p0; left > 0;) {
    const int32_t valid = left < 8 || left % 8 == 0 || left % 7 ? left < 8 ? left : 8 : 7;
    if (valid == 8)
      tile(c, b, s, strides, w, &p, valid, 8, V);
    else if (valid > 4)
      tile(c, b, s, strides, w, &p, valid, 7, V);
    else if (valid > 1)
      tile(c, b, s, strides, w, &p, valid, 4, V);
    else
      tile(c, b, s, strides, w, &p, valid, 1, V);
    left -= valid;
  }
}

FACET_INLINE void blocks(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_segments s = facet_conv_segments(c);
  const facet_conv_strides strides = facet_conv_strides_of(c);
  const size_t block_elements = (size_t)s.rows * s.columns * s.length * FACET_BLOCK;
  for (int32_t i = b0; i < b1; i++) {
    const float *w = (const float *)c->weights + (size_t)i * block_elements;
    const facet_conv_block b = facet_conv_block_at(c, i, sizeof(float));
    if (b.count > 16)
      pixels(c, b, s, &strides, w, p0, p1, 2);
    else
      pixels(c, b, s, &strides, w, p0, p1, 1);
  }
}

/// Convolution and fully connected, float32: 8 pixels by 32 channels, 16 accumulators, fused multiply-add.
void facet_conv_f32_8x32_avx512f(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const int32_t strip = (p1 - p0) % 7 ? FACET_STRIP : FACET_STRIP / 56 * 56; // tiles of 7 or 8 pixels without a rest
  for (int32_t q = p0; q < p1; q += strip) blocks(c, q, p1 - q < strip ? p1 : q + strip, b0, b1);
}
#pragma clang attribute pop
#endif
