/// Depthwise convolution, float32: a vector of channels at a time, tiles of neighbouring output pixels in a row. Each ISA level
/// compiles it for itself, after its facet_vector_f32_*.h. Taps are added in their order, whatever the tile: each result has the same bits in all of them.
#include "facet_internal.h"

/// Output rows that one block of channels passes before the next: most rows of input are then read again from the nearest cache.
#define FACET_DEPTHWISE_ROWS 16

/// One block of channels.
typedef struct {
  const float *weights; ///< of its first channel at the first tap
  vector bias, low, high;
  vector_mask mask; ///< its channels that exist
} channel_block;

/// Where a tile lies: its first output pixel, at its block's first channel.
typedef struct {
  const uint8_t *input, *residual;
  uint8_t *output;
} tile_place;

/// N pixels. `columns`: where neighbouring pixels read neighbouring inputs, each input is read once for three taps of a row.
FACET_INLINE void tile(const facet_conv *c, const channel_block *b, tile_place at, const int N, const int columns) {
  vector acc[8];
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) acc[i] = b->bias;
  const float *weights = b->weights;
  const ptrdiff_t step = c->input_pixel * c->stride_x, tap = c->input_pixel * c->dilation_x, channels = c->groups;
  const uint8_t *row = at.input;
  for (int32_t ky = 0; ky < c->kernel_h; ky++, row += c->input_row * c->dilation_y) {
    const uint8_t *in = row;
    int32_t left = c->kernel_w;
    for (; columns && left >= 3; left -= 3, in += 3 * tap, weights += 3 * channels) {
      const vector w[3] = {load_some(weights, b->mask), load_some(weights + channels, b->mask), load_some(weights + 2 * channels, b->mask)};
      FACET_UNROLLED_FOR(int j = 0; j < N + 2; j++) {
        const vector x = load((const float *)(in + j * tap));
        FACET_UNROLLED_FOR(int i = j < 2 ? 0 : j - 2; i < N && i <= j; i++) acc[i] = multiply_add(x, w[j - i], acc[i]);
      }
    }
    FACET_ROLLED_FOR(; left > 0; left--, in += tap, weights += channels) {
      const vector w = load_some(weights, b->mask);
      FACET_UNROLLED_FOR(int i = 0; i < N; i++) acc[i] = multiply_add(load((const float *)(in + i * step)), w, acc[i]);
    }
  }
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) {
    vector v = acc[i];
    if (at.residual) v = add(v, load_some((const float *)(at.residual + i * c->residual_pixel), b->mask));
    store_some((float *)(at.output + i * c->output_pixel), b->mask, clamp(v, b->low, b->high));
  }
}

FACET_INLINE void advance(const facet_conv *c, tile_place *at, int32_t count) {
  at->input += count * (c->input_pixel * c->stride_x);
  at->output += count * c->output_pixel;
  if (at->residual) at->residual += count * c->residual_pixel;
}

/// A row, mostly by tiles of 7 pixels, which leave no rest in the usual widths.
FACET_INLINE void row_of_tiles(const facet_conv *c, const channel_block *b, tile_place at) {
  int32_t left = c->out_width;
  if (c->stride_x == 1 && c->dilation_x == 1)
    for (; left >= 7; left -= 7, advance(c, &at, 7)) tile(c, b, at, 7, 1);
  else
    for (; left >= 7; left -= 7, advance(c, &at, 7)) tile(c, b, at, 7, 0);
  if (left & 4) {
    tile(c, b, at, 4, 0);
    advance(c, &at, 4);
  }
  if (left & 2) {
    tile(c, b, at, 2, 0);
    advance(c, &at, 2);
  }
  if (left & 1) tile(c, b, at, 1, 0);
}

/// Output rows [y0, y1) of the block of channels from `first`.
FACET_INLINE void rows_of_block(const facet_conv *c, int32_t first, int32_t y0, int32_t y1) {
  const vector_mask mask = first_lanes(c->groups - first);
  const channel_block b = {(const float *)c->weights + first, load_some(c->bias + first, mask), all_lanes(c->low_f), all_lanes(c->high_f), mask};
  for (int32_t y = y0; y < y1; y++) {
    const tile_place at = {(const uint8_t *)c->input + y * (c->input_row * c->stride_y) + 4 * (ptrdiff_t)first,
                           c->residual ? (const uint8_t *)c->residual + y * c->residual_row + 4 * (ptrdiff_t)first : NULL,
                           (uint8_t *)c->output + y * c->output_row + 4 * (ptrdiff_t)first};
    row_of_tiles(c, &b, at);
  }
}

FACET_INLINE void facet_depthwise_f32_tiles(const facet_depthwise *d, int32_t y0, int32_t y1) {
  const facet_conv *c = &d->c;
  for (int32_t y = y0; y < y1; y += FACET_DEPTHWISE_ROWS) {
    const int32_t end = y1 - y < FACET_DEPTHWISE_ROWS ? y1 : y + FACET_DEPTHWISE_ROWS;
    for (int32_t first = 0; first < c->groups; first += LANES) rows_of_block(c, first, y, end);
  }
}
