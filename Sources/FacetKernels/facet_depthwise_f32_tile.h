/// Depthwise convolution, float32: a vector of channels at a time, tiles of neighbouring output pixels in a row. Each ISA level
/// compiles it for itself, after its facet_vector_f32_*.h. Taps are added in their order, whatever the tile: each result has the same bits in all of them.
#include "facet_internal.h"

/// Output rows that one block of channels passes before the next: most rows of input are then read again from the nearest cache.
#define FACET_DEPTHWISE_ROWS 16

/// One block of channels.
typedef struct {
  const float *weights;     ///< of its first channel at the first tap
  vector bias, low, high;
  vector_mask mask;         ///< its channels that exist
} channel_block;

/// Where a tile lies: its first output pixel, at its block's first channel.
typedef struct {
  const uint8_t *input, *residual;
  uint8_t *output;
} tile_place;

FACET_INLINE void store_tile(const facet_conv *c, const channel_block *b, tile_place at, vector *acc, const int N) {
  _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) {
    vector v = acc[i];
    if (at.residual) v = add(v, load_some((const float *)(at.residual + i * c->residual_pixel), b->mask));
    store_some((float *)(at.output + i * c->output_pixel), b->mask, clamp(v, b->low, b->high));
  }
}

/// N pixels, kernel rows of W neighbouring taps, stride S: each input is read once for all taps of a row that want it.
FACET_INLINE void tile_of_columns(const facet_conv *c, const channel_block *b, tile_place at, const int N, const int W, const int S) {
  vector acc[8];
  _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) acc[i] = b->bias;
  const uint8_t *row = at.input;
  const float *weights = b->weights;
  const ptrdiff_t pixel = c->input_pixel, channels = c->groups;
  for (int32_t ky = 0; ky < c->kernel_h; ky++, row += c->input_row * c->dilation_y) {
    vector w[5];
    _Pragma("clang loop unroll(full)") for (int k = 0; k < W; k++, weights += channels) w[k] = load_some(weights, b->mask);
    _Pragma("clang loop unroll(full)") for (int j = 0; j < (N - 1) * S + W; j++) {
      const vector x = load((const float *)(row + j * pixel));
      _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++)
        if (j - i * S >= 0 && j - i * S < W) acc[i] = multiply_add(x, w[j - i * S], acc[i]);
    }
  }
  store_tile(c, b, at, acc, N);
}

/// N pixels, any kernel.
FACET_INLINE void tile_of_taps(const facet_conv *c, const channel_block *b, tile_place at, const int N) {
  vector acc[8];
  _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) acc[i] = b->bias;
  const float *weights = b->weights;
  const ptrdiff_t step = c->input_pixel * c->stride_x;
  for (int32_t ky = 0; ky < c->kernel_h; ky++)
    for (int32_t kx = 0; kx < c->kernel_w; kx++, weights += c->groups) {
      const uint8_t *in = at.input + ky * (c->input_row * c->dilation_y) + kx * (c->input_pixel * c->dilation_x);
      const vector w = load_some(weights, b->mask);
      _Pragma("clang loop unroll(full)") for (int i = 0; i < N; i++) acc[i] = multiply_add(load((const float *)(in + i * step)), w, acc[i]);
    }
  store_tile(c, b, at, acc, N);
}

FACET_INLINE void advance(const facet_conv *c, tile_place *at, int32_t count) {
  at->input += count * (c->input_pixel * c->stride_x);
  at->output += count * c->output_pixel;
  if (at->residual) at->residual += count * c->residual_pixel;
}

/// The last `left` pixels of a row, or all where the kernel is not a usual one.
FACET_OUTLINE void rest_of_row(const facet_conv *c, const channel_block *b, tile_place at, int32_t left) {
  for (; left >= 4; left -= 4, advance(c, &at, 4)) tile_of_taps(c, b, at, 4);
  if (left & 2) {
    tile_of_taps(c, b, at, 2);
    advance(c, &at, 2);
  }
  if (left & 1) tile_of_taps(c, b, at, 1);
}

/// A row, mostly by tiles of 7 pixels, which leave no rest in the usual widths; W 0 for any kernel.
FACET_INLINE void row_of_tiles(const facet_conv *c, const channel_block *b, tile_place at, const int W, const int S) {
  int32_t left = c->out_width;
  if (W)
    for (; left >= 7; left -= 7, advance(c, &at, 7)) tile_of_columns(c, b, at, 7, W, S);
  if (left) rest_of_row(c, b, at, left);
}

/// Output rows [y0, y1) of the block of channels from `first`.
FACET_INLINE void rows_of_block(const facet_conv *c, int32_t first, int32_t y0, int32_t y1, const int W, const int S) {
  const vector_mask mask = first_lanes(c->groups - first);
  const channel_block b = {(const float *)c->weights + first, load_some(c->bias + first, mask), all_lanes(c->low_f), all_lanes(c->high_f), mask};
  for (int32_t y = y0; y < y1; y++) {
    const tile_place at = {(const uint8_t *)c->input + y * (c->input_row * c->stride_y) + 4 * (ptrdiff_t)first,
                           c->residual ? (const uint8_t *)c->residual + y * c->residual_row + 4 * (ptrdiff_t)first : NULL,
                           (uint8_t *)c->output + y * c->output_row + 4 * (ptrdiff_t)first};
    row_of_tiles(c, &b, at, W, S);
  }
}

FACET_INLINE void facet_depthwise_f32_tiles(const facet_depthwise *d, int32_t y0, int32_t y1) {
  const facet_conv *c = &d->c;
  const int32_t w = c->dilation_x == 1 ? c->kernel_w : 0, s = c->stride_x;
  for (int32_t y = y0; y < y1; y += FACET_DEPTHWISE_ROWS) {
    const int32_t end = y1 - y < FACET_DEPTHWISE_ROWS ? y1 : y + FACET_DEPTHWISE_ROWS;
    for (int32_t first = 0; first < c->groups; first += LANES) {
      if (w == 3 && s == 1)
        rows_of_block(c, first, y, end, 3, 1);
      else if (w == 3 && s == 2)
        rows_of_block(c, first, y, end, 3, 2);
      else if (w == 5 && s == 1)
        rows_of_block(c, first, y, end, 5, 1);
      else if (w == 5 && s == 2)
        rows_of_block(c, first, y, end, 5, 2);
      else
        rows_of_block(c, first, y, end, 0, 0);
    }
  }
}
