/// A random convolution: the arguments of the kernels, and the same tensors in the plain form of the definition.
#ifndef CONV_CASE_H
#define CONV_CASE_H
#include "support.h"

typedef struct {
  facet_conv c;                 ///< as the kernels take it; output, scores: strides only
  int32_t depthwise;
  int32_t element;              ///< bytes of an element: 1 or 4
  int32_t in_height, in_width, pad_top, pad_left, pad_bottom, pad_right, blocks;
  int32_t in_zero, zero, low, high, residual_zero; ///< canonical
  int8_t *x_s8, *w_s8;          ///< int8: [in_height][in_width][channels]; [group][output][ky][kx][input]
  float *x_f32, *w_f32;         ///< the same in float32
  int32_t *bias_s8;             ///< int8: [groups * group_outputs]
  float *bias_f32;
  reals kind;                   ///< float32: of all numbers
  int32_t in_place;             ///< the residual is what stands in the output
  size_t output_bytes, scores_bytes, residual_bytes;
} conv_case;

/// A new case in the slots; `element` 1 for int8 (`stored_unsigned` at random), 4 for float32.
conv_case random_conv(int32_t element, int32_t depthwise);
/// The same, int8, of 3x3 windows at stride 1 with more channels, up to the largest sums: what Winograd's kernels take.
conv_case random_conv_3x3(void);
/// Elements [begin, end) of output pixel (y, x), channel `o` of group `g`: the exact sum in the definition's words.
int64_t defined_sum_s8(const conv_case *k, int32_t g, int32_t o, int32_t y, int32_t x);

#endif
