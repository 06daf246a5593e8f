/// What the kernels share: element access, requantization, the declarations of all kernels.
#ifndef FACET_INTERNAL_H
#define FACET_INTERNAL_H
#include "facet_kernels.h"
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define FACET_INLINE static inline __attribute__((always_inline))
/// For what is called in many places and long: one copy a file keeps the engine small.
#define FACET_OUTLINE static __attribute__((noinline, unused))

/// Loops that the compiler unrolls completely, whose arrays then stay in registers; and loops that it leaves as they are, for size.
#define FACET_UNROLLED_FOR(...) _Pragma("clang loop unroll(full)") for (__VA_ARGS__)
#define FACET_ROLLED_FOR(...) _Pragma("clang loop unroll(disable)") for (__VA_ARGS__)

/// Channels that an elementwise loop keeps in local arrays: results are stored after all reads, so a tensor may be
/// written in place.
#define FACET_CHUNK 64

/// The element of an int8 tensor in its stored domain.
FACET_INLINE int32_t facet_element(const void *base, ptrdiff_t index, int32_t stored_unsigned) {
  return stored_unsigned ? ((const uint8_t *)base)[index] : ((const int8_t *)base)[index];
}

/// int(rne(p)) for |p| < 2^22: adding 1.5 * 2^23 leaves no bit for the fraction, so the addition itself rounds to nearest
/// even, and the integer stands in the low bits of the sum. The same on every CPU, and free of undefined conversions.
FACET_INLINE int32_t facet_round(float p) {
  float sum = p + 12582912.0f;
  uint32_t bits;
  memcpy(&bits, &sum, sizeof bits);
  return (int32_t)(bits - 0x4B400000u);
}

/// The last steps of every int8 result: clamp, round, add the zero point. `low` and `high` are bounds minus `zero`.
FACET_INLINE uint8_t facet_requantize(float p, float low, float high, int32_t zero) {
  p = p < low ? low : p;
  p = p > high ? high : p;
  return (uint8_t)((uint32_t)facet_round(p) + (uint32_t)zero);
}

/// Clamp of a float32 result; NaN stays.
FACET_INLINE float facet_clamp(float v, float low, float high) {
  v = v < low ? low : v;
  return v > high ? high : v;
}

/// IEEE 754 square roots: the CPU's instruction, without the call into libm that reports errors.
FACET_INLINE float facet_sqrt_f32(float x) { return __builtin_elementwise_sqrt(x); }
FACET_INLINE double facet_sqrt_f64(double x) { return __builtin_elementwise_sqrt(x); }

FACET_INLINE const void *facet_at(const void *base, ptrdiff_t bytes) { return (const uint8_t *)base + bytes; }
FACET_INLINE void *facet_at_mutable(void *base, ptrdiff_t bytes) { return (uint8_t *)base + bytes; }

/// Blocks of 32 output channels in one group.
FACET_INLINE int32_t facet_group_blocks(const facet_conv *c) { return (c->group_outputs + FACET_BLOCK - 1) / FACET_BLOCK; }

/// Output channels in block `block` of its group that exist.
FACET_INLINE int32_t facet_block_channels(const facet_conv *c, int32_t block) {
  int32_t left = c->group_outputs - block * FACET_BLOCK;
  return left < FACET_BLOCK ? left : FACET_BLOCK;
}

/// The segments of a convolution: `rows * columns` runs of `length` elements.
typedef struct {
  int32_t rows, columns, length;
} facet_segments;

FACET_INLINE facet_segments facet_conv_segments(const facet_conv *c) {
  facet_segments s = {c->kernel_h, c->row_segments ? 1 : c->kernel_w, c->row_segments ? c->kernel_w * c->group_inputs : c->group_inputs};
  return s;
}

/// From accumulators to memory, int8: scores, then residual, requantization and store. What the scalar kernels end with, and the others where
/// there are scores. `acc` holds `count` <= 64 accumulators of output pixel (y, x), channels from `channel`; `first` is the index of the first
/// one in the per-channel arrays.
void facet_store_s8(const facet_conv *c, const uint32_t *acc, int32_t first, int32_t channel, int32_t count, int32_t y, int32_t x);

// Scalar: one for each operation, the oracles.
facet_conv_fn facet_conv_s8_scalar, facet_conv_f32_scalar;
facet_depthwise_fn facet_depthwise_s8_scalar, facet_depthwise_f32_scalar;
facet_pool_fn facet_max_pool_s8_scalar, facet_max_pool_f32_scalar;
facet_pool_fn facet_average_pool_s8_scalar, facet_average_pool_f32_scalar;
facet_binary_fn facet_add_s8_scalar, facet_add_f32_scalar, facet_multiply_s8_scalar, facet_multiply_f32_scalar;
facet_unary_fn facet_table_s8_scalar, facet_channel_table_s8_scalar, facet_dequantize_s8_scalar;
facet_unary_fn facet_copy_f32_scalar, facet_clip_f32_scalar, facet_sigmoid_f32_scalar, facet_hard_sigmoid_f32_scalar;
facet_unary_fn facet_hard_swish_f32_scalar, facet_softmax_f32_scalar;
facet_unary_fn facet_quantize_f32_scalar, facet_function_f32_scalar;
facet_reshape_fn facet_reshape_scalar;
facet_rearrange_fn facet_rearrange_scalar;
facet_elementwise_fn facet_elementwise_f32_scalar;
facet_reduce_fn facet_reduce_f32_scalar;
facet_matrix_product_fn facet_matrix_product_f32_scalar;
facet_resample_fn facet_resample_f32_scalar, facet_resample_s8_scalar;
facet_top_k_fn facet_top_k_f32_scalar;
facet_gather_fn facet_gather_u8_s8_scalar, facet_gather_u8_f32_scalar, facet_gather_f32_s8_scalar;
facet_gather_fn facet_gather_f32_f32_scalar, facet_gather_mean_s8_scalar, facet_gather_mean_f32_scalar;

#if defined(__x86_64__)
facet_conv_fn facet_conv_u8s8_6x16_avxvnni, facet_conv_s8_4x16_avx2, facet_conv_f32_6x16_avx2;
facet_depthwise_fn facet_depthwise_s8_avx2, facet_depthwise_s8_16_avx2, facet_depthwise_s8_32_avx512vnni, facet_depthwise_f32_8x8_avx2;
facet_depthwise_fn facet_depthwise_f32_8x16_avx512f, facet_depthwise_u8s8_2x32_avxvnni;
facet_depthwise_fn facet_depthwise_u8s8_32_avx512vbmi, facet_depthwise_u8s8_3x3_avx512vbmi;
facet_pool_fn facet_max_pool_s8_avx2, facet_max_pool_f32_avx2;
facet_pool_fn facet_average_pool_s8_avx2, facet_average_pool_f32_avx2;
facet_binary_fn facet_add_f32_avx2, facet_multiply_f32_avx2;
facet_binary_fn facet_add_s8_32_avx2, facet_multiply_s8_32_avx2;
facet_unary_fn facet_table_s8_32_avx2, facet_quantize_f32_32_avx2;
facet_unary_fn facet_clip_f32_avx2, facet_sigmoid_f32_avx2, facet_hard_sigmoid_f32_avx2, facet_hard_swish_f32_avx2;
facet_unary_fn facet_sigmoid_f32_avx512f, facet_hard_swish_f32_avx512f;
facet_matrix_product_fn facet_matrix_product_f32_avx2;
facet_conv_fn facet_conv_u8s8_8x32_avx512vnni, facet_conv_f32_8x32_avx512f;
facet_pool_fn facet_max_pool_s8_64_avx512bw, facet_average_pool_s8_32_avx512bw;
facet_binary_fn facet_add_s8_64_avx512f, facet_multiply_s8_64_avx512f;
facet_unary_fn facet_table_s8_64_avx512vbmi;
facet_gather_fn facet_gather_u8_s8_rgb_avx512vbmi, facet_gather_f32_s8_rgb_avx512f;
facet_gather_fn facet_gather_f32_f32_3x8_avx2, facet_gather_f32_s8_3x8_avx2;
#endif

#endif
