#if defined(__x86_64__)
#include "facet_depthwise_quads.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)

/// 32 channels. Four rows of them interleaved are four vectors: vector v holds the channels 4 v to 4 v + 3 and 16 more in its upper half.
typedef struct {
  uint8_t columns[FACET_QUAD_COLUMNS][128];               ///< by four input rows and input column
  uint8_t weights[2][FACET_QUADS * FACET_QUAD_WIDTH][128]; ///< by output row of the two, four input rows and kernel column
  __m256i initial[4];
  __m256 multiplier[4], high;
  __m256i zero, low, flip;
  int32_t count;
} channel_block;

FACET_INLINE void interleave(const __m256i r[4], uint8_t *to) {
  const __m256i a = _mm256_unpacklo_epi8(r[0], r[1]), b = _mm256_unpackhi_epi8(r[0], r[1]);
  const __m256i c = _mm256_unpacklo_epi8(r[2], r[3]), d = _mm256_unpackhi_epi8(r[2], r[3]);
  __m256i *v = (__m256i *)to;
  _mm256_storeu_si256(v, _mm256_unpacklo_epi16(a, c));
  _mm256_storeu_si256(v + 1, _mm256_unpackhi_epi16(a, c));
  _mm256_storeu_si256(v + 2, _mm256_unpacklo_epi16(b, d));
  _mm256_storeu_si256(v + 3, _mm256_unpackhi_epi16(b, d));
}

/// 32-bit numbers of the channels in vector `v`; those that do not exist are zero.
FACET_INLINE __m256i of_vector(const int32_t all[32], int v) {
  return _mm256_setr_m128i(_mm_loadu_si128((const __m128i *)(all + 4 * v)), _mm_loadu_si128((const __m128i *)(all + 16 + 4 * v)));
}

FACET_OUTLINE void prepare(const facet_conv *c, const facet_depthwise_quads *q, int32_t first, channel_block *k) {
  const int32_t count = c->groups - first < 32 ? c->groups - first : 32, added = c->stored_unsigned ? 128 : 0;
  int32_t initial[32] = {0}, multiplier[32] = {0};
  memcpy(initial, c->initial + first, (size_t)count * 4);
  memcpy(multiplier, c->multiplier + first, (size_t)count * 4);
  for (int32_t kx = 0; kx < c->kernel_w; kx++)
    for (int32_t quad = 0; quad < q->quads; quad++)
      for (int32_t row = 0; row < q->rows; row++) {
        int8_t taps[4][32] = {{0}};
        for (int32_t i = 0; i < 4; i++) {
          const int32_t ky = 4 * quad + i - row * c->stride_y;
          if (ky >= 0 && ky < c->kernel_h)
            memcpy(taps[i], (const int8_t *)c->weights + (ky * c->kernel_w + kx) * (ptrdiff_t)c->groups + first, (size_t)count);
          for (int32_t j = 0; j < 32 && row == 0 && !added; j++) // stored signed: 128 is added, which leaves here
            initial[j] = (int32_t)((uint32_t)initial[j] - 128u * (uint32_t)(int32_t)taps[i][j]);
        }
        __m256i r[4];
        for (int32_t i = 0; i < 4; i++) r[i] = _mm256_loadu_si256((const __m256i *)taps[i]);
        interleave(r, k->weights[row][quad * c->kernel_w + kx]);
      }
  for (int v = 0; v < 4; v++) {
    k->initial[v] = of_vector(initial, v);
    k->multiplier[v] = _mm256_castsi256_ps(of_vector(multiplier, v));
  }
  k->high = _mm256_set1_ps((float)(c->high - c->zero));
  k->zero = _mm256_set1_epi16((short)(c->zero - added));
  k->low = _mm256_set1_epi8((char)(c->low - added));
  k->flip = _mm256_set1_epi8((char)(128 - added));
  k->count = count;
}

/// The input rows that output rows from `y` on want, of which `rows` exist; those that none wants repeat the last one.
FACET_INLINE void interleave_rows(const facet_conv *c, const facet_depthwise_quads *q, int32_t first, int32_t y, int32_t rows, channel_block *k) {
  const int32_t last = c->kernel_h - 1 + (rows - 1) * c->stride_y;
  for (int32_t quad = 0; quad < q->quads; quad++) {
    const uint8_t *in[4];
    for (int32_t i = 0; i < 4; i++) {
      const int32_t row = 4 * quad + i < last ? 4 * quad + i : last;
      in[i] = (const uint8_t *)c->input + (y * (ptrdiff_t)c->stride_y + row * (ptrdiff_t)c->dilation_y) * c->input_row + first;
    }
    for (int32_t x = 0; x < q->columns; x++) {
      __m256i r[4];
      FACET_UNROLLED_FOR(int i = 0; i < 4; i++, in[i - 1] += c->input_pixel)
        r[i] = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)in[i]), k->flip);
      interleave(r, k->columns[quad * q->columns + x]);
    }
  }
}

/// Pixel `x` of R output rows from `y` on, of which `rows` are stored; W the width of a kernel of one quad, 0 for any.
FACET_INLINE void pixel(const facet_conv *c, const facet_depthwise_quads *q, const channel_block *k, int32_t first, int32_t y, int32_t x,
                        int32_t rows, const int R, const int W) {
  const int32_t width = W ? W : c->kernel_w, quads = W ? 1 : q->quads;
  __m256i results[2][4];
  FACET_UNROLLED_FOR(int v = 0; v < 4; v++) {
    __m256i acc[2] = {k->initial[v], k->initial[v]};
    for (int32_t quad = 0; quad < quads; quad++)
      for (int32_t kx = 0; kx < width; kx++) {
        const __m256i in = _mm256_loadu_si256((const __m256i *)(k->columns[quad * q->columns + x * c->stride_x + kx * c->dilation_x] + 32 * v));
        FACET_UNROLLED_FOR(int r = 0; r < R; r++)
          acc[r] = _mm256_dpbusd_avx_epi32(acc[r], in, _mm256_loadu_si256((const __m256i *)(k->weights[r][quad * width + kx] + 32 * v)));
      }
    // the upper bound before the conversion, the lower one on bytes: that is equal
    FACET_UNROLLED_FOR(int r = 0; r < R; r++)
      results[r][v] = _mm256_cvtps_epi32(_mm256_min_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(acc[r]), k->multiplier[v]), k->high));
  }
  // results are signed; where they are stored unsigned, their highest bit turns
  const __m256i turned = _mm256_xor_si256(k->flip, _mm256_set1_epi8((char)0x80));
  FACET_UNROLLED_FOR(int r = 0; r < R; r++) {
    if (r >= rows) continue;
    const __m256i w0 = _mm256_adds_epi16(_mm256_packs_epi32(results[r][0], results[r][1]), k->zero);
    const __m256i w1 = _mm256_adds_epi16(_mm256_packs_epi32(results[r][2], results[r][3]), k->zero);
    const __m256i bytes = _mm256_xor_si256(_mm256_max_epi8(_mm256_packs_epi16(w0, w1), k->low), turned);
    uint8_t *output = (uint8_t *)c->output + (y + r) * c->output_row + x * c->output_pixel + first;
    if (k->count == 32) {
      _mm256_storeu_si256((__m256i *)output, bytes);
    } else {
      uint8_t some[32];
      _mm256_storeu_si256((__m256i *)some, bytes);
      memcpy(output, some, (size_t)k->count);
    }
  }
}

/// Output rows from `y` on whose input rows are interleaved.
FACET_INLINE void pixels(const facet_conv *c, const facet_depthwise_quads *q, const channel_block *k, int32_t first, int32_t y, int32_t rows,
                         const int R, const int W) {
  for (int32_t x = 0; x < c->out_width; x++) pixel(c, q, k, first, y, x, rows, R, W);
}

/// Depthwise convolution, int8: up to 2 rows by 32 channels; four taps of a column at a time by vpdpbusd on interleaved rows.
void facet_depthwise_u8s8_2x32_avxvnni(const void *arguments, int32_t y0, int32_t y1) {
  const facet_depthwise *d = arguments;
  const facet_conv *c = &d->c;
  const facet_depthwise_quads q = facet_depthwise_quads_of(c);
  channel_block k;
  for (int32_t first = 0; first < c->groups; first += 32) {
    prepare(c, &q, first, &k);
    for (int32_t y = y0; y < y1; y += q.rows) {
      const int32_t rows = y1 - y < q.rows ? y1 - y : q.rows;
      interleave_rows(c, &q, first, y, rows, &k);
      if (q.rows == 1 && q.quads == 1 && c->kernel_w == 3)
        pixels(c, &q, &k, first, y, rows, 1, 3);
      else if (q.rows == 1)
        pixels(c, &q, &k, first, y, rows, 1, 0);
      else if (q.quads == 1 && c->kernel_w == 3)
        pixels(c, &q, &k, first, y, rows, 2, 3);
      else
        pixels(c, &q, &k, first, y, rows, 2, 0);
    }
  }
}
#pragma clang attribute pop
#endif
