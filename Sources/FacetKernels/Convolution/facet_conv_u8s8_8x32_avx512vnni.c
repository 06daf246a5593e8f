#if defined(__x86_64__)
#include "facet_conv_tile.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))), apply_to = function)
#include "facet_results_s8_avx512.h"

/// Four bytes in every lane. By inline assembly: clang makes vbroadcastss of the intrinsic, which takes a floating-point slot.
FACET_INLINE __m512i broadcast(const uint8_t *p) {
  __m512i r;
  __asm__("vpbroadcastd %1, %0" : "=v"(r) : "m"(*(const uint8_t (*)[4])p));
  return r;
}

/// Keeps the compiler from making a pointer of its own for each pixel.
#define HIDE(pointer) __asm__("" : "+r"(pointer));

/// A block of 32 output channels: its weights, and how its sums become results.
typedef struct {
  facet_results results;
  const int8_t *weights;
  const char *ahead, *ahead_end; ///< weights of the next block that nobody has asked for yet
  ptrdiff_t ahead_step;          ///< bytes asked for in two steps of a tile
  facet_conv_block at;
  int32_t half; ///< at most 16 channels exist
  facet_segments segments;
  ptrdiff_t tap_row, tap_pixel, segment_bytes;
} block;

/// Where a tile begins.
typedef struct {
  const uint8_t *input;
  facet_steps in;
  facet_places to;
  int32_t index; ///< of its first pixel in the output
} place;

FACET_OUTLINE void prepare(const facet_conv *c, int32_t index, block *k) {
  k->at = facet_conv_block_at(c, index, 1);
  k->half = k->at.count <= 16 && !c->scores;
  k->segments = facet_conv_segments(c);
  k->segment_bytes = 4 * (ptrdiff_t)((k->segments.length + 3) / 4);
  k->weights = (const int8_t *)c->weights + (size_t)index * (size_t)k->segments.rows * (size_t)k->segments.columns * (size_t)k->segment_bytes * 32;
  k->ahead = k->ahead_end = (const char *)k->weights;
  k->tap_row = c->input_row * c->dilation_y;
  k->tap_pixel = c->input_pixel * c->dilation_x;
  facet_results_prepare_avx512(&k->results, c, k->at.first, k->at.count, 0);
}

/// Asks for the weights of the next block (or layer) while this one's tiles run, evenly: its first tile alone would need them faster than
/// they come from the last cache or from memory.
FACET_INLINE void read_ahead(block *k, int32_t pixels) {
  const ptrdiff_t bytes = (ptrdiff_t)k->segments.rows * k->segments.columns * k->segment_bytes * 32;
  k->ahead = (const char *)k->weights + bytes;
  k->ahead_end = k->ahead + bytes;
  k->ahead_step = pixels > 16 ? 64 : 128;
}

/// The sums of N pixels to their results, plainly. Places are copied: bytes that are stored might change them otherwise.
FACET_INLINE void store(const facet_results *k, const facet_places *p, __m512i acc[][2], const int N) {
  uint8_t *const output = p->output;
  const facet_steps out = p->out;
  FACET_UNROLLED_FOR(int i = 0; i < N; i += 2) {
    const int j = i + 1 < N ? i + 1 : i;
    const __m512i bytes = facet_results_plain(k, acc[i][0], acc[i][1], acc[j][0], acc[j][1], 1);
    _mm256_mask_storeu_epi8(output + facet_step(out, i), k->mask, _mm512_castsi512_si256(bytes));
    if (j != i) _mm256_mask_storeu_epi8(output + facet_step(out, j), k->mask, _mm512_extracti64x4_epi64(bytes, 1));
  }
}

/// One copy for the rare tiles and for what is not plain, which keeps the engine small.
FACET_OUTLINE void store_any(const block *k, const place *p, __m512i acc[][2], int32_t count) {
  const facet_conv *c = k->results.c;
  if (!c->scores) {
    facet_results_store_avx512(&k->results, &p->to, acc[0], count, 0);
    return;
  }
  for (int32_t i = 0; i < count; i++) {
    uint32_t sums[FACET_BLOCK];
    memcpy(sums, acc[i], sizeof sums);
    const int32_t index = p->index + i, width = c->out_width;
    facet_store_s8(c, sums, (int32_t)k->at.first, k->at.channel, k->at.count, index / width, index % width);
  }
}

/// Pixels of a tile in fours, each `next` from the one before.
#define AT(in, i) ((in)[(i) >> 2] + ((i) % 4 == 3 ? third : (i) % 4 * next))

/// One step of four inputs for N pixels and 32 channels.
#define STEP(offset)                                                                                           \
  {                                                                                                            \
    const __m512i w0 = _mm512_loadu_si512(w + 32 * (offset)), w1 = _mm512_loadu_si512(w + 32 * (offset) + 64); \
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) {                                                                \
      const __m512i x = broadcast(AT(in, i) + (offset));                                                       \
      acc[i][0] = _mm512_dpbusd_epi32(acc[i][0], x, w0);                                                       \
      acc[i][1] = _mm512_dpbusd_epi32(acc[i][1], x, w1);                                                       \
    }                                                                                                          \
  }

/// N pixels by 32 channels. The tiles that most layers consist of take two steps at once.
FACET_INLINE void tile(block *k, const place *p, const int N) {
  const int two = N == 8 || N == 7 || N == 1;
  __m512i acc[8][2];
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) acc[i][0] = k->results.initial[0], acc[i][1] = k->results.initial[1];
  const int8_t *w = k->weights;
  const char *ahead = k->ahead;
  const ptrdiff_t step = ahead < k->ahead_end ? k->ahead_step : 0, next = p->in.next, third = 3 * next, fifth = p->in.fifth;
  const uint8_t *row = p->input;
  int32_t ky = k->segments.rows;
  do {
    const uint8_t *segment = row;
    int32_t kx = k->segments.columns;
    do {
      const uint8_t *in[2] = {segment, segment + fifth};
      ptrdiff_t left = k->segment_bytes;
      while (left > 4 * two) {
        FACET_UNROLLED_FOR(int i = 0; i < 2 + 2 * two; i++) _mm_prefetch((const char *)w + 6144 + 64 * i, _MM_HINT_T0);
        _mm_prefetch(ahead, _MM_HINT_T1);
        if (two) _mm_prefetch(ahead + 64, _MM_HINT_T1);
        ahead += two ? step : step / 2;
        STEP(0)
        if (two) STEP(4)
        in[0] += 4 + 4 * two, in[1] += 4 + 4 * two, w += 128 + 128 * two, left -= 4 + 4 * two;
        HIDE(in[0])
        if (N > 4) HIDE(in[1])
      }
      if (two && left) {
        STEP(0)
        w += 128;
      }
      segment += k->tap_pixel;
    } while (--kx > 0);
    row += k->tap_row;
  } while (--ky > 0);

  k->ahead = ahead;
  if (two && k->results.plain) {
    store(&k->results, &p->to, acc, N);
  } else {
    __m512i sums[8][2]; // a copy: what has an address stays in memory
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) sums[i][0] = acc[i][0], sums[i][1] = acc[i][1];
    store_any(k, p, sums, N);
  }
}

/// The same for the first 16 channels of a number of pixels that is a multiple of four.
FACET_INLINE void store_half(const facet_results *k, const facet_places *p, const __m512i *acc, const int N) {
  const __mmask16 mask = (__mmask16)k->mask;
  const facet_steps out = p->out;
  const ptrdiff_t next = out.next, third = 3 * next;
  uint8_t *output[1] = {p->output};
  FACET_UNROLLED_FOR(int i = 0; i < N; i += 4, output[0] += out.fifth) {
    const __m512i bytes = facet_results_plain(k, acc[i], acc[i + 1], acc[i + 2], acc[i + 3], 0);
    _mm_mask_storeu_epi8(output[0], mask, _mm512_castsi512_si128(bytes));
    _mm_mask_storeu_epi8(AT(output, 1), mask, _mm512_extracti32x4_epi32(bytes, 1));
    _mm_mask_storeu_epi8(AT(output, 2), mask, _mm512_extracti32x4_epi32(bytes, 2));
    _mm_mask_storeu_epi8(AT(output, 3), mask, _mm512_extracti32x4_epi32(bytes, 3));
  }
}

/// N pixels, a multiple of four, by the first 16 channels.
FACET_INLINE void half_tile(const block *k, const place *p, const int N) {
  __m512i acc[16];
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) acc[i] = k->results.initial[0];
  const int8_t *w = k->weights;
  const ptrdiff_t next = p->in.next, third = 3 * next, fifth = p->in.fifth;
  const uint8_t *row = p->input;
  int32_t ky = k->segments.rows;
  do {
    const uint8_t *segment = row;
    int32_t kx = k->segments.columns;
    do {
      const uint8_t *in[4] = {segment, segment + fifth, segment + 2 * fifth, segment + 3 * fifth};
      ptrdiff_t left = k->segment_bytes;
      do {
        const __m512i w0 = _mm512_loadu_si512(w);
        FACET_UNROLLED_FOR(int i = 0; i < N; i++) acc[i] = _mm512_dpbusd_epi32(acc[i], broadcast(AT(in, i)), w0);
        FACET_UNROLLED_FOR(int i = 0; i < N / 4; i++) {
          in[i] += 4;
          HIDE(in[i])
        }
        w += 128, left -= 4;
      } while (left > 0);
      segment += k->tap_pixel;
    } while (--kx > 0);
    row += k->tap_row;
  } while (--ky > 0);

  if (N == 16 && k->results.plain) {
    store_half(&k->results, &p->to, acc, N);
  } else {
    __m512i sums[16];
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) sums[i] = acc[i];
    facet_results_store_avx512(&k->results, &p->to, sums, N, 1);
  }
}

#undef STEP
#undef AT

FACET_INLINE facet_steps one_row(ptrdiff_t next) { return (facet_steps){next, 4 * next}; }

FACET_INLINE void move(place *p, int32_t pixels) {
  p->input += pixels * p->in.next;
  if (p->to.output) p->to.output += pixels * p->to.out.next;
  if (p->to.residual) p->to.residual += pixels * p->to.res.next;
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
      block k;
      prepare(c, index, &k);
      if (end - q > 8) read_ahead(&k, end - q);
      for (int32_t pixel = q; pixel < end;) {
        const int32_t y = pixel / width, x = pixel % width;
        place p = {.in = one_row(in.pixel), .to = {.out = one_row(out.pixel), .res = one_row(res.pixel)}, .index = pixel};
        p.input = k.at.input + y * in.row + x * in.pixel;
        p.to.output = c->output ? (uint8_t *)c->output + y * out.row + x * out.pixel + k.at.channel : NULL; // scores alone
        p.to.residual = c->residual ? (const uint8_t *)c->residual + y * res.row + x * res.pixel + k.at.channel : NULL;
        int32_t left = width - x < end - pixel ? width - x : end - pixel;
        if (pairs && x == 0 && end - pixel >= 8) {
          p.in.fifth = in.row, p.to.out.fifth = out.row, p.to.res.fifth = res.row;
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
