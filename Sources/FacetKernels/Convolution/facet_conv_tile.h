/// Where the output pixels of a convolution's tile lie: what the SIMD convolutions share.
#ifndef FACET_CONV_TILE_H
#define FACET_CONV_TILE_H
#include "facet_internal.h"

/// Output pixels that all blocks pass before the next ones: the strip's inputs and outputs stay in the caches, and its
/// cost still hides the reading of the weights.
#define FACET_STRIP 256

FACET_INLINE int32_t facet_strip_end(int32_t p, int32_t p1) { return p1 - p < FACET_STRIP ? p1 : p + FACET_STRIP; }

/// A block of 32 output channels: the offsets that all its pixels have in common.
typedef struct {
  const uint8_t *input;     ///< the group's first channel
  ptrdiff_t first;          ///< index of the block's first channel in the per-channel arrays
  int32_t channel, count;   ///< its first output channel, and how many there are
} facet_conv_block;

FACET_INLINE facet_conv_block facet_conv_block_at(const facet_conv *c, int32_t b, ptrdiff_t element) {
  const int32_t blocks = facet_group_blocks(c), group = b / blocks, block = b % blocks;
  facet_conv_block r = {facet_at(c->input, (ptrdiff_t)group * c->group_inputs * element), (ptrdiff_t)b * FACET_BLOCK,
                        group * c->group_outputs + block * FACET_BLOCK, facet_block_channels(c, block)};
  return r;
}

/// Strides of an output pixel: in one row, and what a new row adds.
typedef struct {
  ptrdiff_t input, input_wrap, output, output_wrap, residual, residual_wrap;
  int32_t width;
} facet_conv_strides;

FACET_INLINE facet_conv_strides facet_conv_strides_of(const facet_conv *c) {
  const ptrdiff_t width = c->out_width, input = c->input_pixel * c->stride_x;
  facet_conv_strides s = {input,
                          c->input_row * c->stride_y - width * input,
                          c->output_pixel,
                          c->output_row - width * c->output_pixel,
                          c->residual_pixel,
                          c->residual_row - width * c->residual_pixel,
                          c->out_width};
  return s;
}

/// An output pixel, and where it lies from the first one: bytes in input, output and residual. Walks row by row without a product.
typedef struct {
  ptrdiff_t input, output, residual;
  int32_t index, x;
} facet_position;

FACET_INLINE facet_position facet_position_at(const facet_conv *c, int32_t p) {
  const int32_t y = p / c->out_width, x = p % c->out_width;
  facet_position r = {y * (c->input_row * c->stride_y) + x * (c->input_pixel * c->stride_x), y * c->output_row + x * c->output_pixel,
                      y * c->residual_row + x * c->residual_pixel, p, x};
  return r;
}

/// `count` pixels further, at most to the end of the row, which is the start of the next one.
FACET_INLINE void facet_position_advance(const facet_conv_strides *s, facet_position *p, int32_t count) {
  p->input += count * s->input;
  p->output += count * s->output;
  p->residual += count * s->residual;
  p->index += count;
  p->x += count;
  if (p->x == s->width) {
    p->x = 0;
    p->input += s->input_wrap;
    p->output += s->output_wrap;
    p->residual += s->residual_wrap;
  }
}

/// The pixels of a tile.
typedef struct {
  const uint8_t *input[8];
  ptrdiff_t output[8], residual[8];
  int32_t index; ///< of the first one
} facet_tile;

/// Whether `count` pixels from `p` are in one row: then each lies `strides` from the one before.
FACET_INLINE int32_t facet_in_one_row(const facet_conv_strides *s, const facet_position *p, int32_t count) { return count <= s->width - p->x; }

#pragma GCC visibility push(hidden)

/// Fills a tile with `count` pixels from `p`, of which `valid` exist, and moves `p` behind them; those behind the last one repeat it. For x86-64.
void facet_tile_fill(const facet_conv_strides *s, const uint8_t *base, facet_position *p, int32_t valid, int32_t count, facet_tile *t);

#pragma GCC visibility pop

#endif
