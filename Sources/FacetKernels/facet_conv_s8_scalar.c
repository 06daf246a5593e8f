#include "facet_store_s8.h"

/// Convolution and fully connected, int8, one output pixel and 32 channels at a time: the oracle of all others.
void facet_conv_s8_scalar(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_segments s = facet_conv_segments(c);
  const int32_t steps = (s.length + 3) / 4, group_blocks = facet_group_blocks(c);
  const size_t block_bytes = (size_t)s.rows * s.columns * steps * FACET_BLOCK * 4;
  for (int32_t b = b0; b < b1; b++) {
    const int32_t group = b / group_blocks, block = b % group_blocks;
    const void *base = facet_at(c->input, (ptrdiff_t)group * c->group_inputs);
    for (int32_t p = p0; p < p1; p++) {
      const int32_t y = p / c->out_width, x = p % c->out_width;
      const void *pixel = facet_at(base, y * (c->input_row * c->stride_y) + x * (c->input_pixel * c->stride_x));
      const int8_t *w = (const int8_t *)c->weights + (size_t)b * block_bytes;
      uint32_t acc[FACET_BLOCK]; // unsigned: partial sums may wrap
      memcpy(acc, c->initial + (size_t)b * FACET_BLOCK, sizeof acc);
      for (int32_t ky = 0; ky < s.rows; ky++)
        for (int32_t kx = 0; kx < s.columns; kx++) {
          const void *segment = facet_at(pixel, ky * (c->input_row * c->dilation_y) + kx * (c->input_pixel * c->dilation_x));
          for (int32_t k = 0; k < steps; k++, w += FACET_BLOCK * 4) {
            int16_t in[4];
            for (int32_t i = 0; i < 4; i++) in[i] = (int16_t)facet_element(segment, 4 * (ptrdiff_t)k + i, c->stored_unsigned);
            for (int32_t j = 0; j < FACET_BLOCK; j++)
              acc[j] += (uint32_t)(in[0] * w[4 * j] + in[1] * w[4 * j + 1] + in[2] * w[4 * j + 2] + in[3] * w[4 * j + 3]);
          }
        }
      facet_store_s8(c, acc, b * FACET_BLOCK, group * c->group_outputs + block * FACET_BLOCK,
                     facet_block_channels(c, block), y, x);
    }
  }
}
