#define FACET_SMALL_ON_ARM_ONLY
#include "facet_small.h"
#include "facet_internal.h"

/// Two times four inputs, as many weights, and their products: the compiler's portable vectors, which every target has (as
/// registers or in parts), so that this kernel is also of use on boards.
typedef int8_t lanes_s8 __attribute__((vector_size(8)));
typedef uint8_t lanes_u8 __attribute__((vector_size(8)));
typedef int16_t lanes_s16 __attribute__((vector_size(16)));
typedef uint32_t lanes_u32 __attribute__((vector_size(32)));
enum { CHANNELS = 8, GROUPS = CHANNELS / 2 };

/// Four inputs, twice.
FACET_INLINE lanes_s16 load_inputs(const void *p, int32_t stored_unsigned) {
  uint32_t four;
  memcpy(&four, p, 4);
  const uint64_t twice = four | (uint64_t)four << 32;
  lanes_u8 bytes;
  memcpy(&bytes, &twice, 8);
  return stored_unsigned ? __builtin_convertvector(bytes, lanes_s16) : __builtin_convertvector((lanes_s8)bytes, lanes_s16);
}

/// Adds to `sums` (a lane for each weight of a step) the products of one output pixel with 8 channels. A product fits in 16 bits;
/// sums are unsigned: they may wrap.
FACET_INLINE void accumulate(const facet_conv *c, facet_segments s, const void *pixel, const int8_t *w, lanes_u32 sums[GROUPS],
                             int32_t stored_unsigned) {
  const int32_t steps = (s.length + 3) / 4;
  for (int32_t ky = 0; ky < s.rows; ky++)
    for (int32_t kx = 0; kx < s.columns; kx++) {
      const uint8_t *in = facet_at(pixel, ky * (c->input_row * c->dilation_y) + kx * (c->input_pixel * c->dilation_x));
      for (int32_t k = 0; k < steps; k++, in += 4, w += FACET_BLOCK * 4) {
        const lanes_s16 x = load_inputs(in, stored_unsigned);
        for (int32_t i = 0; i < GROUPS; i++) {
          lanes_s8 weights;
          memcpy(&weights, w + 8 * i, 8);
          sums[i] += __builtin_convertvector(x * __builtin_convertvector(weights, lanes_s16), lanes_u32);
        }
      }
    }
}

/// Convolution and fully connected, int8, one output pixel and 8 channels at a time: the oracle of all others.
void facet_conv_s8_scalar(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_conv *c = arguments;
  const facet_segments s = facet_conv_segments(c);
  const int32_t group_blocks = facet_group_blocks(c);
  const size_t block_bytes = (size_t)s.rows * s.columns * ((s.length + 3) / 4) * FACET_BLOCK * 4;
  for (int32_t b = b0; b < b1; b++) {
    const int32_t group = b / group_blocks, block = b % group_blocks, channels = facet_block_channels(c, block);
    const void *base = facet_at(c->input, (ptrdiff_t)group * c->group_inputs);
    const int8_t *w = (const int8_t *)c->weights + (size_t)b * block_bytes;
    for (int32_t p = p0; p < p1; p++) {
      const int32_t y = p / c->out_width, x = p % c->out_width;
      const void *pixel = facet_at(base, y * (c->input_row * c->stride_y) + x * (c->input_pixel * c->stride_x));
      uint32_t acc[FACET_BLOCK];
      memcpy(acc, c->initial + (size_t)b * FACET_BLOCK, sizeof acc);
      for (int32_t first = 0; first < channels; first += CHANNELS) {
        lanes_u32 sums[GROUPS] = {{0}};
        if (c->stored_unsigned)
          accumulate(c, s, pixel, w + 4 * first, sums, 1);
        else
          accumulate(c, s, pixel, w + 4 * first, sums, 0);
        for (int32_t i = 0; i < CHANNELS; i++)
          for (int32_t j = 0; j < 4; j++) acc[first + i] += sums[i / 2][4 * (i % 2) + j];
      }
      facet_store_s8(c, acc, b * FACET_BLOCK, group * c->group_outputs + block * FACET_BLOCK, channels, y, x);
    }
  }
}
#include "facet_small_end.h"
