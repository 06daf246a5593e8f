#if defined(__x86_64__)
#include "facet_conv_tile.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))), apply_to = function)

/// Four bytes in every lane. By inline assembly: clang makes vbroadcastss of the intrinsic, which takes a floating-point slot.
FACET_INLINE __m512i broadcast(const uint8_t *p) {
  __m512i r;
  __asm__("vpbroadcastd %1, %0" : "=v"(r) : "m"(*(const uint8_t (*)[4])p));
  return r;
}

/// A block of 32 output channels: its weights, and what its requantization needs in vectors.
typedef struct {
  const int8_t *weights;
  const char *ahead, *ahead_end; ///< weights of the next block that nobody has asked for yet
  ptrdiff_t ahead_step;          ///< bytes asked for in two steps of a tile
  __m512i initial[2];
  __m512 multiplier[2], high, residual_multiplier;
  __m512i zero, low, residual_zero, order;
  __mmask32 mask;
  int half;  ///< at most 16 channels exist
  int plain; ///< neither residual nor scores
  const facet_conv *c;
  facet_conv_block at;
  facet_segments segments;
  ptrdiff_t tap_row, tap_pixel, segment_bytes;
} block;

/// Bytes from one pixel of a tile to the next, and from the first four to the others: then a tile may stand in one row or in two.
typedef struct {
  ptrdiff_t next, fifth;
} steps;

/// Where a tile begins.
typedef struct {
  const uint8_t *input, *residual;
  uint8_t *output;
  steps in, out, res;
  int32_t index; ///< of its first pixel in the output
} place;

FACET_INLINE ptrdiff_t at(steps s, int i) { return (i & 3) * s.next + (i >> 2) * s.fifth; }

FACET_INLINE block prepare(const facet_conv *c, facet_conv_block b, int32_t index) {
  block k;
  k.segments = facet_conv_segments(c);
  k.segment_bytes = 4 * (ptrdiff_t)((k.segments.length + 3) / 4);
  k.weights = (const int8_t *)c->weights + (size_t)index * (size_t)k.segments.rows * (size_t)k.segments.columns * (size_t)k.segment_bytes * 32;
  k.ahead = k.ahead_end = (const char *)k.weights;
  k.tap_row = c->input_row * c->dilation_y;
  k.tap_pixel = c->input_pixel * c->dilation_x;
  for (int h = 0; h < 2; h++) {
    k.initial[h] = _mm512_loadu_si512(c->initial + b.first + 16 * h);
    k.multiplier[h] = c->output ? _mm512_loadu_ps(c->multiplier + b.first + 16 * h) : _mm512_setzero_ps();
  }
  k.high = _mm512_set1_ps((float)(c->high - c->zero));
  k.zero = _mm512_set1_epi16((short)c->zero);
  k.low = _mm512_set1_epi8((char)c->low);
  k.residual_zero = _mm512_set1_epi32(c->residual_zero);
  k.residual_multiplier = _mm512_set1_ps(c->residual_multiplier);
  // after two in-lane packs, lane j holds dwords: channels 4j.. and 16+4j.. of the first pixel, then of the second
  k.order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  k.half = b.count <= 16 && !c->scores;
  k.plain = !c->residual && !c->scores;
  k.c = c;
  k.at = b;
  k.mask = b.count == FACET_BLOCK ? 0xFFFFFFFFu : (1u << b.count) - 1;
  return k;
}

/// Asks for the weights of the next block (or layer) while this one's tiles run, evenly: its first tile alone would need them faster than
/// they come from the last cache or from memory.
FACET_INLINE void read_ahead(block *k, int32_t pixels) {
  const ptrdiff_t bytes = (ptrdiff_t)k->segments.rows * k->segments.columns * k->segment_bytes * 32;
  k->ahead = (const char *)k->weights + bytes;
  k->ahead_end = k->ahead + bytes;
  k->ahead_step = pixels > 16 ? 64 : 128;
}

FACET_INLINE __m512 residual_part(const block *k, __m128i bytes) {
  return _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_sub_epi32(_mm512_cvtepu8_epi32(bytes), k->residual_zero)), k->residual_multiplier);
}

/// 32 accumulators of a pixel to 16-bit results with the zero point. The upper bound is applied before the conversion, which turns
/// what is too large into INT32_MIN; the lower one after it, on bytes: that is equal.
FACET_INLINE __m512i requantize(const block *k, __m512i a0, __m512i a1, const uint8_t *residual) {
  __m512 p0 = _mm512_mul_ps(_mm512_cvtepi32_ps(a0), k->multiplier[0]), p1 = _mm512_mul_ps(_mm512_cvtepi32_ps(a1), k->multiplier[1]);
  if (residual) {
    const __m256i r = _mm256_maskz_loadu_epi8(k->mask, residual);
    p0 = _mm512_add_ps(p0, residual_part(k, _mm256_castsi256_si128(r)));
    p1 = _mm512_add_ps(p1, residual_part(k, _mm256_extracti128_si256(r, 1)));
  }
  const __m512i q0 = _mm512_cvtps_epi32(_mm512_min_ps(p0, k->high)), q1 = _mm512_cvtps_epi32(_mm512_min_ps(p1, k->high));
  return _mm512_adds_epi16(_mm512_packs_epi32(q0, q1), k->zero);
}

/// The sums of `count` pixels to their results.
FACET_INLINE void store(const block *k, const place *p, __m512i acc[][2], const uint8_t *residual, const int count) {
  FACET_UNROLLED_FOR(int i = 0; i < count; i += 2) {
    const int j = i + 1 < count ? i + 1 : i;
    const __m512i w0 = requantize(k, acc[i][0], acc[i][1], residual ? residual + at(p->res, i) : NULL);
    const __m512i w1 = requantize(k, acc[j][0], acc[j][1], residual ? residual + at(p->res, j) : NULL);
    const __m512i bytes = _mm512_permutexvar_epi32(k->order, _mm512_max_epu8(_mm512_packus_epi16(w0, w1), k->low));
    _mm256_mask_storeu_epi8(p->output + at(p->out, i), k->mask, _mm512_castsi512_si256(bytes));
    if (j != i) _mm256_mask_storeu_epi8(p->output + at(p->out, j), k->mask, _mm512_extracti64x4_epi64(bytes, 1));
  }
}

/// One copy for the rare tiles and for residuals, which keeps the engine small.
FACET_OUTLINE void store_any(const block *k, const place *p, __m512i acc[][2], int count) {
  if (k->c->scores) {
    for (int i = 0; i < count; i++) {
      uint32_t sums[FACET_BLOCK];
      _mm512_storeu_si512(sums, acc[i][0]);
      _mm512_storeu_si512(sums + 16, acc[i][1]);
      const int32_t index = p->index + i, width = k->c->out_width;
      facet_store_s8(k->c, sums, (int32_t)k->at.first, k->at.channel, k->at.count, index / width, index % width);
    }
    return;
  }
  FACET_ROLLED_FOR(int i = 0; i < count; i += 2) {
    const place pixel = {p->input, NULL, p->output + at(p->out, i), p->in, p->out, p->res, 0};
    const uint8_t *residual = p->residual ? p->residual + at(p->res, i) : NULL;
    if (i + 1 < count)
      store(k, &pixel, acc + i, residual, 2);
    else
      store(k, &pixel, acc + i, residual, 1);
  }
}

/// One step of four inputs for N pixels and 32 channels.
#define STEP(offset)                                                                                           \
  {                                                                                                            \
    const __m512i w0 = _mm512_loadu_si512(w + 32 * (offset)), w1 = _mm512_loadu_si512(w + 32 * (offset) + 64); \
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) {                                                                \
      const __m512i x = broadcast((i < 4 ? in : in + p->in.fifth) + (i & 3) * p->in.next + (offset));          \
      acc[i][0] = _mm512_dpbusd_epi32(acc[i][0], x, w0);                                                       \
      acc[i][1] = _mm512_dpbusd_epi32(acc[i][1], x, w1);                                                       \
    }                                                                                                          \
  }

/// N pixels by 32 channels.
FACET_INLINE void tile(block *k, const place *p, const int N) {
  __m512i acc[8][2];
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) acc[i][0] = k->initial[0], acc[i][1] = k->initial[1];
  const int8_t *w = k->weights;
  const char *ahead = k->ahead;
  const ptrdiff_t step = ahead < k->ahead_end ? k->ahead_step : 0;
  for (int32_t ky = 0; ky < k->segments.rows; ky++)
    for (int32_t kx = 0; kx < k->segments.columns; kx++) {
      const uint8_t *in = p->input + ky * k->tap_row + kx * k->tap_pixel, *end = in + k->segment_bytes;
      FACET_ROLLED_FOR(; in + 8 <= end; in += 8, w += 256) {
        FACET_UNROLLED_FOR(int i = 0; i < 4; i++) _mm_prefetch((const char *)w + 6144 + 64 * i, _MM_HINT_T0);
        _mm_prefetch(ahead, _MM_HINT_T1);
        _mm_prefetch(ahead + 64, _MM_HINT_T1);
        ahead += step;
        STEP(0)
        STEP(4)
      }
      if (in < end) {
        STEP(0)
        w += 128;
      }
    }

  k->ahead = ahead;
  if ((N == 8 || N == 7 || N == 1) && k->plain) {
    store(k, p, acc, NULL, N);
  } else {
    __m512i sums[8][2]; // a copy: what has an address stays in memory
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) sums[i][0] = acc[i][0], sums[i][1] = acc[i][1];
    store_any(k, p, sums, N);
  }
}
#undef STEP

/// The same for the first 16 channels of a number of pixels that is a multiple of four.
FACET_INLINE void store_half(const block *k, const place *p, const __m512i *acc, const uint8_t *residual, const int count) {
  const __mmask16 mask = (__mmask16)k->mask;
  FACET_UNROLLED_FOR(int i = 0; i < count; i += 4) {
    __m512i q[4];
    FACET_UNROLLED_FOR(int j = 0; j < 4; j++) {
      __m512 v = _mm512_mul_ps(_mm512_cvtepi32_ps(acc[i + j]), k->multiplier[0]);
      if (residual) v = _mm512_add_ps(v, residual_part(k, _mm_maskz_loadu_epi8(mask, residual + at(p->res, i + j))));
      q[j] = _mm512_cvtps_epi32(_mm512_min_ps(v, k->high));
    }
    const __m512i w0 = _mm512_adds_epi16(_mm512_packs_epi32(q[0], q[1]), k->zero), w1 = _mm512_adds_epi16(_mm512_packs_epi32(q[2], q[3]), k->zero);
    const __m512i bytes = _mm512_permutexvar_epi32(k->order, _mm512_max_epu8(_mm512_packus_epi16(w0, w1), k->low));
    _mm_mask_storeu_epi8(p->output + at(p->out, i), mask, _mm512_castsi512_si128(bytes));
    _mm_mask_storeu_epi8(p->output + at(p->out, i + 1), mask, _mm512_extracti32x4_epi32(bytes, 1));
    _mm_mask_storeu_epi8(p->output + at(p->out, i + 2), mask, _mm512_extracti32x4_epi32(bytes, 2));
    _mm_mask_storeu_epi8(p->output + at(p->out, i + 3), mask, _mm512_extracti32x4_epi32(bytes, 3));
  }
}

FACET_OUTLINE void store_half_any(const block *k, const place *p, const __m512i *acc, int count) {
  FACET_ROLLED_FOR(int i = 0; i < count; i += 4) {
    const place pixels = {p->input, NULL, p->output + at(p->out, i), p->in, p->out, p->res, 0};
    store_half(k, &pixels, acc + i, p->residual ? p->residual + at(p->res, i) : NULL, 4);
  }
}

/// N pixels, a multiple of four, by the first 16 channels.
FACET_INLINE void half_tile(const block *k, const place *p, const int N) {
  __m512i acc[16];
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) acc[i] = k->initial[0];
  const int8_t *w = k->weights;
  for (int32_t ky = 0; ky < k->segments.rows; ky++)
    for (int32_t kx = 0; kx < k->segments.columns; kx++) {
      const uint8_t *in = p->input + ky * k->tap_row + kx * k->tap_pixel, *end = in + k->segment_bytes;
      FACET_ROLLED_FOR(; in < end; in += 4, w += 128) {
        const __m512i w0 = _mm512_loadu_si512(w);
        FACET_UNROLLED_FOR(int i = 0; i < N; i++) {
          const __m512i x = broadcast(in + (i >> 2) * p->in.fifth + (i & 3) * p->in.next);
          acc[i] = _mm512_dpbusd_epi32(acc[i], x, w0);
        }
      }
    }

  if (N == 16 && !p->residual) {
    store_half(k, p, acc, NULL, N);
  } else {
    __m512i sums[16];
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) sums[i] = acc[i];
    store_half_any(k, p, sums, N);
  }
}

FACET_INLINE steps one_row(ptrdiff_t next) { return (steps){next, 4 * next}; }

FACET_INLINE void move(place *p, int32_t pixels) {
  p->input += pixels * p->in.next;
  if (p->output) p->output += pixels * p->out.next;
  if (p->residual) p->residual += pixels * p->res.next;
  p->index += pixels;
}

/// Pixels of one row, in tiles of much the same size.
FACET_INLINE void row(block *k, place p, int32_t count) {
  for (; k->half && count >= 16; count -= 16) {
    half_tile(k, &p, 16);
    move(&p, 16);
  }
  if (k->half && count >= 8) {
    half_tile(k, &p, 8);
    move(&p, 8);
    count -= 8;
  }
  while (count > 0) {
    const int32_t tiles = (count + 7) / 8, size = (count + tiles - 1) / tiles;
    switch (size) {
    case 8: tile(k, &p, 8); break;
    case 7: tile(k, &p, 7); break;
    case 6: tile(k, &p, 6); break;
    case 5: tile(k, &p, 5); break;
    case 4: tile(k, &p, 4); break;
    case 3: tile(k, &p, 3); break;
    case 2: tile(k, &p, 2); break;
    default: tile(k, &p, 1); break;
    }
    move(&p, size);
    count -= size;
  }
}

enum { NEAR = 32768 }; ///< bytes that the nearest cache holds

/// Asks for the inputs that another thread has just written: all where threads share the blocks of channels, otherwise the rows around
/// the share that its windows reach. One after the other they would come as slowly as one core asks another.
FACET_INLINE void read_neighbours(const facet_conv *c, int32_t p0, int32_t p1, int32_t blocks) {
  const ptrdiff_t row = c->input_row, window = c->kernel_h > c->stride_y ? (ptrdiff_t)(c->kernel_h - c->stride_y) * c->dilation_y * row : 0;
  const int32_t y0 = p0 / c->out_width, y1 = (p1 - 1) / c->out_width + 1;
  const char *first = (const char *)c->input + y0 * row * c->stride_y, *last = (const char *)c->input + y1 * row * c->stride_y;
  if (blocks < facet_group_blocks(c) * c->groups) {
    const ptrdiff_t all = last + window - first;
    for (ptrdiff_t i = 0; i < (all < NEAR ? all : NEAR); i += 64) _mm_prefetch(first + i, _MM_HINT_T0);
  } else if (p1 - p0 < c->out_width * c->out_height) {
    for (ptrdiff_t i = 0; i < window; i += 64) {
      _mm_prefetch(first + i, _MM_HINT_T0);
      _mm_prefetch(last + i, _MM_HINT_T0);
    }
  }
}

/// Bytes from row to row and from pixel to pixel. A single column is taken as a row, and rows without gaps as one row of `width` pixels.
typedef struct {
  ptrdiff_t row, pixel;
} grid;

FACET_INLINE grid turned(grid g, int32_t is_column) { return is_column ? (grid){0, g.row} : g; }
FACET_INLINE int32_t has_gaps(grid g, int32_t width) { return g.row != width * g.pixel; }

/// Convolution and fully connected, int8, activations stored unsigned: 8 pixels by 32 channels, 16 accumulators, vpdpbusd. Pixels of a tile lie
/// at equal distances in one row, or in two rows of four.
void facet_conv_u8s8_8x32_avx512vnni(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_conv *c = arguments;
  const int32_t pairs = c->out_width == 4, is_column = c->out_width == 1;
  const grid in = turned((grid){c->input_row * c->stride_y, c->input_pixel * c->stride_x}, is_column);
  const grid out = turned((grid){c->output_row, c->output_pixel}, is_column), res = turned((grid){c->residual_row, c->residual_pixel}, is_column);
  const int32_t one_line =
      is_column || !(has_gaps(in, c->out_width) || (c->output && has_gaps(out, c->out_width)) || (c->residual && has_gaps(res, c->out_width)));
  const int32_t width = one_line ? c->out_width * c->out_height : c->out_width;
  read_neighbours(c, p0, p1, b1 - b0);
  for (int32_t q = p0; q < p1; q = facet_strip_end(q, p1)) {
    const int32_t end = facet_strip_end(q, p1);
    for (int32_t index = b0; index < b1; index++) {
      const facet_conv_block b = facet_conv_block_at(c, index, 1);
      block k = prepare(c, b, index);
      if (end - q > 8) read_ahead(&k, end - q);
      for (int32_t pixel = q; pixel < end;) {
        const int32_t y = pixel / width, x = pixel % width;
        place p = {.in = one_row(in.pixel), .out = one_row(out.pixel), .res = one_row(res.pixel), .index = pixel};
        p.input = b.input + y * in.row + x * in.pixel;
        p.output = c->output ? (uint8_t *)c->output + y * out.row + x * out.pixel + b.channel : NULL; // scores alone
        p.residual = c->residual ? (const uint8_t *)c->residual + y * res.row + x * res.pixel + b.channel : NULL;
        int32_t left = width - x < end - pixel ? width - x : end - pixel;
        if (pairs && x == 0 && end - pixel >= 8) {
          p.in.fifth = in.row, p.out.fifth = out.row, p.res.fifth = res.row;
          left = 8;
        }
        row(&k, p, left);
        pixel += left;
      }
    }
  }
}
#pragma clang attribute pop
#endif
