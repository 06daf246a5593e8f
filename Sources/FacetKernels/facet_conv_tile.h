/// Where the output pixels of a convolution's tile lie: what the SIMD convolutions share.
#ifndef FACET_CONV_TILE_H
#define FACET_CONV_TILE_H
#include "facet_internal.h"

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

/// A position that walks over the output pixels row by row.
typedef struct {
  int32_t y, x;
} facet_position;

FACET_INLINE facet_position facet_position_at(const facet_conv *c, int32_t p) {
  facet_position r = {p / c->out_width, p % c->out_width};
  return r;
}

FACET_INLINE void facet_position_next(const facet_conv *c, facet_position *p) {
  if (++p->x == c->out_width) p->x = 0, p->y++;
}

/// The first channel of the input pixel under tap (0, 0).
FACET_INLINE const uint8_t *facet_tile_input(const facet_conv *c, const uint8_t *base, facet_position p) {
  return base + p.y * (c->input_row * c->stride_y) + p.x * (c->input_pixel * c->stride_x);
}

/// Fills `count` positions and inputs from `p`; those behind the last of `valid` repeat it.
FACET_INLINE void facet_tile_fill(const facet_conv *c, const uint8_t *base, facet_position *p, int32_t valid,
                                  int32_t count, facet_position *positions, const uint8_t **inputs) {
  for (int32_t i = 0; i < count; i++) {
    if (i < valid) {
      positions[i] = *p;
      facet_position_next(c, p);
    } else {
      positions[i] = positions[i - 1];
    }
    inputs[i] = facet_tile_input(c, base, positions[i]);
  }
}

#endif
