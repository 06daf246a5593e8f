#if defined(__x86_64__)
#include "facet_conv_tile.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))), apply_to = function)
#include "facet_store_s8.h"

/// Four bytes in every lane. By inline assembly: clang makes vbroadcastss of the intrinsic, which takes a floating-point
/// slot. vpdpbusd wants unsigned activations: where they are stored signed, `flip` adds 128, here and wherever bytes are read or written.
FACET_INLINE __m512i broadcast(const uint8_t *p, __m512i flip) {
  __m512i r;
  __asm__("vpbroadcastd %1, %0" : "=v"(r) : "m"(*(const uint8_t(*)[4])p));
  return _mm512_xor_si512(r, flip);
}

/// What the requantization of a block needs in vectors.
typedef struct {
  __m512i initial[2];
  __m512 multiplier[2], high, residual_multiplier;
  __m512i zero, low, residual_zero, order, flip;
  __mmask32 mask;
} block_constants;

FACET_INLINE block_constants prepare(const facet_conv *c, facet_conv_block b, const int8_t *w, size_t steps) {
  block_constants k;
  const int flip = !c->stored_unsigned, shift = flip ? 128 : 0;
  k.flip = _mm512_set1_epi8((char)shift);
  for (int h = 0; h < 2; h++) {
    k.initial[h] = _mm512_loadu_si512(c->initial + b.first + 16 * h);
    k.multiplier[h] = c->output ? _mm512_loadu_ps(c->multiplier + b.first + 16 * h) : _mm512_setzero_ps();
  }
  if (flip) { // the added 128 leaves with 128 times the sum of the weights
    __m512i sum[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()};
    const __m512i added = _mm512_set1_epi8((char)0x80);
    for (size_t s = 0; s < steps; s++)
      for (int h = 0; h < 2; h++) sum[h] = _mm512_dpbusd_epi32(sum[h], added, _mm512_loadu_si512(w + 128 * s + 64 * h));
    for (int h = 0; h < 2; h++) k.initial[h] = _mm512_sub_epi32(k.initial[h], sum[h]);
  }
  k.high = _mm512_set1_ps((float)(c->high - c->zero));
  k.zero = _mm512_set1_epi16((short)(c->zero + shift));
  k.low = _mm512_set1_epi8((char)(c->low + shift));
  k.residual_zero = _mm512_set1_epi32(c->residual_zero + shift);
  k.residual_multiplier = _mm512_set1_ps(c->residual_multiplier);
  // after two in-lane packs, lane j holds dwords: channels 4j.. and 16+4j.. of the first pixel, then of the second
  k.order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  k.mask = b.count == FACET_BLOCK ? 0xFFFFFFFFu : (1u << b.count) - 1;
  return k;
}

/// 32 accumulators of a pixel to 16-bit results with the zero point. The upper bound is applied before the conversion, which turns
/// what is too large into INT32_MIN; the lower one after it, on bytes: that is equal.
FACET_INLINE __m512i requantize(const block_constants *k, __m512i a0, __m512i a1, const uint8_t *residual) {
  __m512 p0 = _mm512_mul_ps(_mm512_cvtepi32_ps(a0), k->multiplier[0]);
  __m512 p1 = _mm512_mul_ps(_mm512_cvtepi32_ps(a1), k->multiplier[1]);
  if (residual) {
    const __m256i r = _mm256_xor_si256(_mm256_maskz_loadu_epi8(k->mask, residual), _mm512_castsi512_si256(k->flip));
    const __m128i r0 = _mm256_castsi256_si128(r), r1 = _mm256_extracti128_si256(r, 1);
    const __m512i e0 = _mm512_cvtepu8_epi32(r0);
    const __m512i e1 = _mm512_cvtepu8_epi32(r1);
    p0 = _mm512_add_ps(p0, _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_sub_epi32(e0, k->residual_zero)), k->residual_multiplier));
    p1 = _mm512_add_ps(p1, _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_sub_epi32(e1, k->residual_zero)), k->residual_multiplier));
  }
  const __m512i q0 = _mm512_cvtps_epi32(_mm512_min_ps(p0, k->high));
  const __m512i q1 = _mm512_cvtps_epi32(_mm512_min_ps(p1, k->high));
  return _mm512_adds_epi16(_mm512_packs_epi32(q0, q1), k->zero);
}

/// One pixel whose accumulators also become scores.
FACET_OUTLINE void store_general(const facet_conv *c, const facet_conv_block *b, int32_t index, __m512i a0, __m512i a1) {
  uint32_t acc[FACET_BLOCK];
  _mm512_storeu_si512(acc, a0);
  _mm512_storeu_si512(acc + 16, a1);
  facet_store_s8(c, acc, (int32_t)b->first, b->channel, b->count, index / c->out_width, index % c->out_width);
}

/// The sums of the first `valid` pixels of a tile to their results: one copy for both tiles, which keeps the engine small.
FACET_OUTLINE void store(const facet_conv *c, const facet_conv_block *b, const block_constants *k, const facet_tile *t, int32_t valid, __m512i acc[][2]) {
  if (c->scores) {
    for (int32_t i = 0; i < valid; i++) store_general(c, b, t->index + i, acc[i][0], acc[i][1]);
    return;
  }
  uint8_t *output = (uint8_t *)c->output + b->channel;
  const uint8_t *residual = c->residual ? (const uint8_t *)c->residual + b->channel : NULL;
  for (int32_t i = 0; i < valid; i += 2) {
    const int32_t j = i + 1 < valid ? i + 1 : i;
    const __m512i w0 = requantize(k, acc[i][0], acc[i][1], residual ? residual + t->residual[i] : NULL);
    const __m512i w1 = requantize(k, acc[j][0], acc[j][1], residual ? residual + t->residual[j] : NULL);
    const __m512i bytes = _mm512_max_epu8(_mm512_packus_epi16(w0, w1), k->low);
    const __m512i ordered = _mm512_xor_si512(_mm512_permutexvar_epi32(k->order, bytes), k->flip);
    _mm256_mask_storeu_epi8(output + t->output[i], k->mask, _mm512_castsi512_si256(ordered));
    if (j != i) _mm256_mask_storeu_epi8(output + t->output[j], k->mask, _mm512_extracti64x4_epi64(ordered, 1));
  }
}

/// One step of four inputs for N pixels and 32 channels.
#define STEP(offset, weights)                                                                                          \
  {                                                                                                                    \
    const __m512i w0 = _mm512_loadu_si512(weights), w1 = _mm512_loadu_si512((weights) + 64);                           \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) {                                                   \
      const __m512i x = broadcast(in[i] + (offset), k->flip);                                                             \
      acc[i][0] = _mm512_dpbusd_epi32(acc[i][0], x, w0);                                                               \
      acc[i][1] = _mm512_dpbusd_epi32(acc[i][1], x, w1);                                                               \
    }                                                                                                                  \
  }

/// N output pixels, of which `valid` are stored, by 32 channels.
FACET_INLINE void tile(const facet_conv *c, facet_conv_block b, const block_constants *k, facet_segments s, const facet_conv_strides *strides, const int8_t *w,
                       facet_position *p, int32_t valid, const int N) {
  facet_tile t;
  facet_tile_fill(strides, b.input, p, valid, N, &t);
  const uint8_t *in[8];
  _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) in[i] = t.input[i];
  __m512i acc[8][2];
  _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) acc[i][0] = k->initial[0], acc[i][1] = k->initial[1];

  const ptrdiff_t tap_row = c->input_row * c->dilation_y, tap_pixel = c->input_pixel * c->dilation_x;
  const ptrdiff_t bytes = 4 * (ptrdiff_t)((s.length + 3) / 4);
  for (int32_t ky = 0; ky < s.rows; ky++)
    for (int32_t kx = 0; kx < s.columns; kx++) {
      ptrdiff_t offset = ky * tap_row + kx * tap_pixel;
      const ptrdiff_t end = offset + bytes;
      _Pragma("clang loop unroll(disable)") for (; offset + 8 <= end; offset += 8, w += 256) {
        _Pragma("clang loop unroll(full)") for (int i = 0; i < 4; i++) _mm_prefetch((const char *)w + 6144 + 64 * i, _MM_HINT_T0);
        STEP(offset, w)
        STEP(offset + 4, w + 128)
      }
      if (offset < end) {
        STEP(offset, w)
        w += 128;
      }
    }

  if (N == 1 && c->scores) { // a fully connected layer
    store_general(c, &b, t.index, acc[0][0], acc[0][1]);
    return;
  }
  __m512i sums[8][2]; // a copy: what has an address stays in memory
  _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) sums[i][0] = acc[i][0], sums[i][1] = acc[i][1];
  store(c, &b, k, &t, valid, sums);
}
#undef STEP

FACET_INLINE void blocks(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_segments s = facet_conv_segments(c);
  const facet_conv_strides strides = facet_conv_strides_of(c);
  const size_t steps = (size_t)s.rows * s.columns * ((s.length + 3) / 4);
  for (int32_t i = b0; i < b1; i++) {
    const int8_t *w = (const int8_t *)c->weights + (size_t)i * steps * 128;
    const facet_conv_block b = facet_conv_block_at(c, i, 1);
    const block_constants k = prepare(c, b, w, steps);
    facet_position p = facet_position_at(c, p0);
    for (int32_t left = p1 - p0; left > 0;) {
      const int32_t valid = left < 8 ? left : 8;
      if (valid > 1)
        tile(c, b, &k, s, &strides, w, &p, valid, 8);
      else
        tile(c, b, &k, s, &strides, w, &p, valid, 1);
      left -= valid;
    }
  }
}

/// Convolution and fully connected, int8, whatever the other kernel of this level does not take: both ways of storing, scores, any
/// width. 8 pixels by 32 channels, or one, so that a fully connected layer streams its weights.
void facet_conv_s8_8x32_any_avx512vnni(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  for (int32_t q = p0; q < p1; q = facet_strip_end(q, p1)) blocks(c, q, facet_strip_end(q, p1), b0, b1);
}
#pragma clang attribute pop
#endif
