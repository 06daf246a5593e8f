/// Convolution and fully connected, float32, plainly: acc = bias; acc = fma(x, w, acc) in the order of the weights.
#include "facet_store_f32.h"

/// acc[j] = fma(x, w[j], acc[j]) for the channels of a block, by the means of whoever includes this.
typedef void fused_multiply_add(float *acc, float x, const float *w);

FACET_INLINE void facet_conv_f32_body(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1, fused_multiply_add *fused) {
  const facet_segments s = facet_conv_segments(c);
  const int32_t group_blocks = facet_group_blocks(c);
  const size_t block_elements = (size_t)s.rows * s.columns * s.length * FACET_BLOCK;
  for (int32_t b = b0; b < b1; b++) {
    const int32_t group = b / group_blocks, block = b % group_blocks;
    const void *base = (const float *)c->input + (ptrdiff_t)group * c->group_inputs;
    for (int32_t p = p0; p < p1; p++) {
      const int32_t y = p / c->out_width, x = p % c->out_width;
      const void *pixel = facet_at(base, y * (c->input_row * c->stride_y) + x * (c->input_pixel * c->stride_x));
      const float *w = (const float *)c->weights + (size_t)b * block_elements;
      float acc[FACET_BLOCK];
      memcpy(acc, c->bias + (size_t)b * FACET_BLOCK, sizeof acc);
      for (int32_t ky = 0; ky < s.rows; ky++)
        for (int32_t kx = 0; kx < s.columns; kx++) {
          const float *in = facet_at(pixel, ky * (c->input_row * c->dilation_y) + kx * (c->input_pixel * c->dilation_x));
          for (int32_t k = 0; k < s.length; k++, w += FACET_BLOCK) fused(acc, in[k], w);
        }
      facet_store_f32(c, acc, group * c->group_outputs + block * FACET_BLOCK, facet_block_channels(c, block), y, x);
    }
  }
}
