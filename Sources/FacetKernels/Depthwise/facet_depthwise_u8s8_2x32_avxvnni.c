#if defined(__x86_64__)
#include "facet_depthwise_quads.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni"))), apply_to = function)
#include "facet_results_s8_avx2.h"

/// Pixels of a row whose sums are kept until they become results together, where that is not plain.
enum { KEPT = 16 };

/// 32 channels. Four rows of them interleaved are four vectors: vector v holds the channels 4 v to 4 v + 3 and 16 more in its upper half.
typedef struct {
  uint8_t columns[FACET_QUAD_COLUMNS][128];               ///< by four input rows and input column
  uint8_t weights[2][FACET_QUADS * FACET_QUAD_WIDTH][128]; ///< by output row of the two, four input rows and kernel column
  facet_results results;
  __m256i initial[4], flip;
  __m256i sums[2][2 * KEPT][2]; ///< by output row
  ptrdiff_t outputs[2 * KEPT];
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

FACET_OUTLINE void prepare(const facet_conv *c, const facet_depthwise_quads *q, int32_t first, channel_block *k) {
  const int32_t count = c->groups - first < 32 ? c->groups - first : 32;
  facet_results_fours_avx2(&k->results, first, count, k->initial);
  for (int32_t kx = 0; kx < c->kernel_w; kx++)
    for (int32_t quad = 0; quad < q->quads; quad++)
      for (int32_t row = 0; row < q->rows; row++) {
        int8_t taps[4][32] = {{0}};
        for (int32_t i = 0; i < 4; i++) {
          const int32_t ky = 4 * quad + i - row * c->stride_y;
          if (ky >= 0 && ky < c->kernel_h)
            memcpy(taps[i], (const int8_t *)c->weights + (ky * c->kernel_w + kx) * (ptrdiff_t)c->groups + first, (size_t)count);
        }
        __m256i r[4];
        for (int32_t i = 0; i < 4; i++) r[i] = _mm256_loadu_si256((const __m256i *)taps[i]);
        uint8_t *weights = k->weights[row][quad * c->kernel_w + kx];
        interleave(r, weights);
        for (int v = 0; v < 4 && row == 0 && !c->stored_unsigned; v++) // stored signed: 128 is added, which leaves here
          k->initial[v] = _mm256_sub_epi32(k->initial[v], _mm256_dpbusd_avx_epi32(_mm256_setzero_si256(), _mm256_set1_epi8((char)128),
                                                                                  _mm256_loadu_si256((const __m256i *)weights + v)));
      }
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

/// Pixel `x` of R output rows, of which the first goes to `output`, where there is one, the second to the next row, of `rows`; otherwise its sums
/// are kept as those of pixel `i`.
FACET_INLINE void pixel(const facet_conv *c, const facet_depthwise_quads *q, channel_block *k, int32_t x, int32_t i, uint8_t *output, int32_t rows,
                        const int R) {
  const int32_t width = c->kernel_w;
  __m256i sums[2][4];
  FACET_UNROLLED_FOR(int r = 0; r < R; r++)
    FACET_UNROLLED_FOR(int v = 0; v < 4; v++) sums[r][v] = k->initial[v];
  for (int32_t quad = 0; quad < q->quads; quad++)
    for (int32_t kx = 0; kx < width; kx++) {
      const __m256i *in = (const __m256i *)k->columns[quad * q->columns + x * c->stride_x + kx * c->dilation_x];
      FACET_UNROLLED_FOR(int v = 0; v < 4; v++) {
        const __m256i numbers = _mm256_loadu_si256(in + v);
        FACET_UNROLLED_FOR(int r = 0; r < R; r++)
          sums[r][v] = _mm256_dpbusd_avx_epi32(sums[r][v], numbers, _mm256_loadu_si256((const __m256i *)k->weights[r][quad * width + kx] + v));
      }
    }
  FACET_UNROLLED_FOR(int r = 0; r < R; r++) {
    if (!output) {
      FACET_UNROLLED_FOR(int v = 0; v < 4; v++) k->sums[r][2 * i + v / 2][v & 1] = sums[r][v];
    } else if (r < rows) {
      __m256 p[4];
      FACET_UNROLLED_FOR(int v = 0; v < 4; v++) p[v] = _mm256_mul_ps(_mm256_cvtepi32_ps(sums[r][v]), k->results.multiplier[v]);
      _mm256_storeu_si256((__m256i *)(output + r * c->output_row), facet_results_simple(&k->results, p));
    }
  }
}

/// Output rows from `y` on whose input rows are interleaved, `rows` of R.
FACET_INLINE void pixels(const facet_conv *c, const facet_depthwise_quads *q, channel_block *k, int32_t first, int32_t y, int32_t rows, const int R) {
  uint8_t *output = (uint8_t *)c->output + y * c->output_row + first;
  const int32_t at_once = k->results.plain ? c->out_width : KEPT;
  for (int32_t x = 0; x < c->out_width; x += at_once) {
    const int32_t count = c->out_width - x < at_once ? c->out_width - x : at_once;
    for (int32_t i = 0; i < count; i++) pixel(c, q, k, x + i, i, k->results.plain ? output + (x + i) * c->output_pixel : NULL, rows, R);
    for (int32_t r = 0; r < rows && !k->results.plain; r++)
      facet_results_store_avx2(&k->results, k->sums[r], 2 * count, output + r * c->output_row + x * c->output_pixel, k->outputs, NULL, NULL);
  }
}

/// Depthwise convolution, int8: up to 2 rows by 32 channels; four taps of a column at a time by vpdpbusd on interleaved rows.
void facet_depthwise_u8s8_2x32_avxvnni(const void *arguments, int32_t y0, int32_t y1) {
  const facet_depthwise *d = arguments;
  const facet_conv *c = &d->c;
  const facet_depthwise_quads q = facet_depthwise_quads_of(c);
  channel_block k;
  facet_results_prepare_avx2(&k.results, c, FACET_BY_FOURS_32);
  k.flip = _mm256_set1_epi8((char)(c->stored_unsigned ? 0 : 128));
  for (int32_t i = 0; i < 2 * KEPT; i++) k.outputs[i] = i / 2 * c->output_pixel + i % 2 * 16;
  for (int32_t first = 0; first < c->groups; first += 32) {
    prepare(c, &q, first, &k);
    for (int32_t y = y0; y < y1; y += q.rows) {
      const int32_t rows = y1 - y < q.rows ? y1 - y : q.rows;
      interleave_rows(c, &q, first, y, rows, &k);
      if (q.rows == 1)
        pixels(c, &q, &k, first, y, rows, 1);
      else
        pixels(c, &q, &k, first, y, rows, 2);
    }
  }
}
#pragma clang attribute pop
#endif
