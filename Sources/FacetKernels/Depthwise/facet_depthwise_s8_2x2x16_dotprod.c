#if defined(__aarch64__)
#include "facet_depthwise_quads.h"
#include "facet_depthwise_taps.h"
#include <arm_neon.h>

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#include "facet_depthwise_s8_neon.h"

/// 16 channels. Four rows of them interleaved are four vectors of four channels each.
typedef struct {
  channel_constants constants;
  int8x16_t columns[FACET_QUAD_ROW_COLUMNS][4];              ///< by four input rows and input column
  int8x16_t weights[FACET_QUADS * FACET_QUAD_WIDTH][2][4]; ///< by four input rows and kernel column, and output row of the two
  waiting_pixels waiting;
} channel_block;

FACET_INLINE void interleave(const int8x16_t r[4], int8x16_t to[4]) {
  const int8x16_t a = vzip1q_s8(r[0], r[2]), b = vzip2q_s8(r[0], r[2]), c = vzip1q_s8(r[1], r[3]), d = vzip2q_s8(r[1], r[3]);
  to[0] = vzip1q_s8(a, c), to[1] = vzip2q_s8(a, c), to[2] = vzip1q_s8(b, d), to[3] = vzip2q_s8(b, d);
}

FACET_OUTLINE void prepare(const facet_conv *c, const facet_depthwise_quads *q, int32_t first, channel_block *k) {
  prepare_constants(c, first, &k->constants);
  for (int32_t quad = 0; quad < q->quads; quad++)
    for (int32_t kx = 0; kx < c->kernel_w; kx++)
      for (int32_t row = 0; row < 2; row++) {
        int8x16_t taps[4];
        for (int32_t i = 0; i < 4; i++) {
          const int32_t ky = 4 * quad + i - row * c->stride_y;
          taps[i] = ky < 0 || ky >= c->kernel_h
                        ? vdupq_n_s8(0)
                        : facet_load_bytes((const int8_t *)c->weights + (ky * c->kernel_w + kx) * (ptrdiff_t)c->groups + first, k->constants.count);
        }
        interleave(taps, k->weights[quad * c->kernel_w + kx][row]);
      }
}

/// The input rows from `input` on that `rows` output rows want; what none wants repeats the last one.
FACET_INLINE void interleave_rows(const facet_conv *c, const facet_depthwise_quads *q, const int8_t *input, int32_t rows, channel_block *k) {
  const int32_t last = c->kernel_h - 1 + (rows - 1) * c->stride_y;
  const ptrdiff_t pixel = c->input_pixel;
  for (int32_t quad = 0; quad < q->quads; quad++) {
    const int8_t *in[4];
    for (int32_t i = 0; i < 4; i++) {
      in[i] = input + (4 * quad + i < last ? 4 * quad + i : last) * c->input_row;
      FACET_HIDE(in[i]);
    }
    int8x16_t(*to)[4] = k->columns + quad * q->columns;
    FACET_ROLLED_FOR(int8x16_t(*end)[4] = to + q->columns; to < end; to++) {
      int8x16_t r[4];
      FACET_UNROLLED_FOR(int i = 0; i < 4; i++) r[i] = vld1q_s8(in[i]), in[i] += pixel;
      interleave(r, *to);
    }
  }
}

/// Strides; a copy, which no store may change.
typedef struct {
  ptrdiff_t row, pixel;         ///< of the output
  ptrdiff_t column, tap;        ///< of interleaved columns: of neighbouring pixels, of neighbouring taps
  ptrdiff_t quad;               ///< from behind the last tap of a quad to the first one of the next
} strides;

/// From sums of N pixels of two output rows to results.
FACET_INLINE void store(const channel_constants *k, strides s, const facet_sums sums[2][2], tile_place at, const int N) {
  if (k->is_plain) {
    int8x16_t results[2][2]; // all before they are stored: what k holds is then read once
    FACET_UNROLLED_FOR(int i = 0; i < 2 * N; i++) results[i / N][i % N] = facet_results(k->bounds, facet_scaled(sums[i / N][i % N], k->multiplier));
    // The second row first: where it is none, the first takes its place.
    FACET_UNROLLED_FOR(int n = 0; n < N; n++) vst1q_s8(at.output + s.row + n * s.pixel, results[1][n]);
    FACET_UNROLLED_FOR(int n = 0; n < N; n++) vst1q_s8(at.output + n * s.pixel, results[0][n]);
  } else {
    FACET_UNROLLED_FOR(int r = 0; r < 2; r++) { // again the second row first
      facet_sums *to = (facet_sums *)(void *)(at.output + (r ? 0 : s.row));
      FACET_UNROLLED_FOR(int n = 0; n < N; n++)
        FACET_UNROLLED_FOR(int i = 0; i < 4; i++) facet_wait(&to[n].v[i], sums[1 - r][n].v[i]);
    }
  }
}

/// N pixels of two output rows, whose first columns begin at `in`.
FACET_INLINE void tile(const channel_block *k, strides s, int32_t quads, int32_t width, const int8x16_t (*in)[4], tile_place at, const int N) {
  facet_sums sums[2][2];
  FACET_UNROLLED_FOR(int i = 0; i < 2 * N; i++) sums[i / N][i % N] = k->constants.initial;
  const int8x16_t(*w)[2][4] = k->weights;
  for (; quads > 0; quads--, in += s.quad)
    FACET_ROLLED_FOR(int32_t kx = width; kx > 0; kx--, in += s.tap, w++)
      FACET_UNROLLED_FOR(int v = 0; v < 4; v++)
        FACET_UNROLLED_FOR(int r = 0; r < 2; r++)
          FACET_UNROLLED_FOR(int n = 0; n < N; n++) sums[r][n].v[v] = vdotq_s32(sums[r][n].v[v], in[n * s.column][v], (*w)[r][v]);
  store(&k->constants, s, sums, at, N);
}

/// Two neighbouring pixels of two output rows by a 3x3 window: they share columns.
FACET_INLINE void tile_3x3(const channel_block *k, strides s, const int8x16_t (*in)[4], tile_place at) {
  facet_sums sums[2][2];
  FACET_UNROLLED_FOR(int v = 0; v < 4; v++) {
    const int8x16_t x[4] = {in[0][v], in[1][v], in[2][v], in[3][v]};
    FACET_UNROLLED_FOR(int r = 0; r < 2; r++) {
      sums[r][0].v[v] = sums[r][1].v[v] = k->constants.initial.v[v];
      FACET_UNROLLED_FOR(int kx = 0; kx < 3; kx++)
        FACET_UNROLLED_FOR(int n = 0; n < 2; n++) sums[r][n].v[v] = vdotq_s32(sums[r][n].v[v], x[kx + n], k->weights[kx][r][v]);
    }
  }
  store(&k->constants, s, sums, at, 2);
}

/// `left` pixels of output rows from a place on, whose input rows are interleaved.
FACET_INLINE void pixels(const facet_conv *c, const facet_depthwise_quads *q, const channel_block *k, strides s, const int8x16_t (*in)[4],
                         tile_place at, int32_t left) {
  const int32_t is_3x3 = facet_depthwise_is_3x3(c) && c->stride_x == 1, quads = q->quads, width = c->kernel_w;
  FACET_ROLLED_FOR(; left >= 2; left -= 2, in += 2 * s.column) {
    if (is_3x3)
      tile_3x3(k, s, in, at);
    else
      tile(k, s, quads, width, in, at, 2);
    at.output += 2 * s.pixel;
  }
  if (left) tile(k, s, quads, width, in, at, 1);
}

/// Depthwise convolution, int8, stored signed: two rows by two pixels by 16 channels; four taps of a column at a time by sdot on interleaved rows.
void facet_depthwise_s8_2x2x16_dotprod(const void *arguments, int32_t y0, int32_t y1) {
  const facet_depthwise *d = arguments;
  const facet_conv *c = &d->c;
  const facet_depthwise_quads q = facet_depthwise_quads_of(c);
  channel_block k;
  const int32_t waits = has_to_wait(c), most = WAITING / 2, width = waits && c->out_width > most ? most : c->out_width;
  strides s = {.pixel = waits ? (ptrdiff_t)sizeof(facet_sums) : c->output_pixel,
               .column = c->stride_x,
               .tap = c->dilation_x,
               .quad = q.columns - c->kernel_w * c->dilation_x};
  if (waits) fill_places(c, &k.waiting);
  for (int32_t block = 0; block < blocks_of(c); block++) {
    const int32_t first = first_of_block(c, block);
    prepare(c, &q, first, &k);
    int32_t held = 0; // rows that wait
    for (int32_t y = y0; y < y1; y += 2) {
      tile_place at = place_of_row(c, y, first);
      const int32_t rows = y1 - y < 2 ? 1 : 2;
      interleave_rows(c, &q, at.input, rows, &k);
      s.row = rows == 1 ? 0 : waits ? width * (ptrdiff_t)sizeof(facet_sums) : c->output_row;
      for (int32_t x = 0; x < c->out_width; x += width) {
        const int32_t count = c->out_width - x < width ? c->out_width - x : width;
        if (waits) at.output = (int8_t *)(k.waiting.sums + held * width);
        pixels(c, &q, &k, s, k.columns + x * s.column, at, count);
        for (int32_t r = 0; width < c->out_width && r < rows; r++) store_waiting(c, &k.constants, &k.waiting, y + r, x, r * width, count);
      }
      held += rows;
      if (!waits || width < c->out_width) {
        held = 0;
      } else if ((held + 2) * width > WAITING || y + 2 >= y1) {
        store_waiting(c, &k.constants, &k.waiting, y + rows - held, 0, 0, held * width);
        held = 0;
      }
    }
  }
}
#pragma clang attribute pop
#endif
