#include "Convolution/facet_conv_s8_packed.h"
#include "Depthwise/facet_depthwise_quads.h"
#include "Depthwise/facet_depthwise_taps.h"
#include "facet_cpu.h"

#define KERNEL(operation_, needs_, fits_, member, function) \
  { .operation = FACET_##operation_, .needs = needs_, .name = #function, .fits = fits_, .run = {.member = facet_##function} }

#if defined(__x86_64__)
static int32_t depthwise_in_fours(const void *arguments) {
  const facet_conv *c = &((const facet_depthwise *)arguments)->c;
  return facet_depthwise_has_pairs(c) && c->stored_unsigned;
}
/// A 3x3 window at stride 1 or 2, the same both ways.
static int32_t depthwise_is_3x3(const void *arguments) {
  const facet_conv *c = &((const facet_depthwise *)arguments)->c;
  return depthwise_in_fours(arguments) && c->kernel_h == 3 && c->kernel_w == 3 && c->dilation_y == 1 && c->dilation_x == 1 &&
         c->stride_y == c->stride_x && c->stride_x <= 2;
}
static int32_t depthwise_in_pairs(const void *arguments) { return facet_depthwise_has_pairs(&((const facet_depthwise *)arguments)->c); }

static int32_t conv_is_unsigned(const void *arguments) { return ((const facet_conv *)arguments)->stored_unsigned; }

/// 16-bit sums of a row of the window.
static int32_t pool_is_narrow(const void *arguments) { return ((const facet_pool *)arguments)->kernel_w <= 257; }

/// Stored unsigned, no repeated channel, and no scores.
static int32_t binary_is_plain(const void *arguments) {
  const facet_binary *a = arguments;
  return a->stored_unsigned && !a->scores && a->a_channel && a->b_channel;
}

static int32_t depthwise_in_quads(const void *arguments) { return facet_depthwise_has_quads(&((const facet_depthwise *)arguments)->c); }
static int32_t packed_pixel_fits(const void *arguments) { return facet_packed_pixel(arguments) <= FACET_PACKED_BYTES; }
static int32_t without_scores(const void *arguments) { return !((const facet_binary *)arguments)->scores; }
/// Three channels in pixels without gaps.
static int32_t three_dense(const facet_gather *a, ptrdiff_t element) { return a->channels == 3 && a->output_pixel == 3 * element; }
static int32_t three_dense_floats(const void *arguments) { return three_dense(arguments, sizeof(float)); }
static int32_t three_dense_bytes(const void *arguments) { return three_dense(arguments, 1); }
#endif

/// One line a kernel; within an operation the first that the CPU has and that fits is taken.
static const facet_kernel kernels[] = {
#if defined(__x86_64__)
    KERNEL(CONV_S8, FACET_AVX512VNNI, conv_is_unsigned, conv, conv_u8s8_8x32_avx512vnni),
    KERNEL(CONV_S8, FACET_AVXVNNI, conv_is_unsigned, conv, conv_u8s8_6x16_avxvnni),
    KERNEL(CONV_S8, FACET_AVX2, packed_pixel_fits, conv, conv_s8_4x16_avx2),
    KERNEL(CONV_F32, FACET_AVX512VNNI, NULL, conv, conv_f32_8x32_avx512f),
    KERNEL(CONV_F32, FACET_AVX2, NULL, conv, conv_f32_6x16_avx2),
    KERNEL(DEPTHWISE_S8, FACET_AVX512VNNI | FACET_AVX512VBMI, depthwise_is_3x3, depthwise, depthwise_u8s8_3x3_avx512vbmi),
    KERNEL(DEPTHWISE_S8, FACET_AVX512VNNI | FACET_AVX512VBMI, depthwise_in_fours, depthwise, depthwise_u8s8_32_avx512vbmi),
    KERNEL(DEPTHWISE_S8, FACET_AVX512VNNI, depthwise_in_pairs, depthwise, depthwise_s8_32_avx512vnni),
    KERNEL(DEPTHWISE_S8, FACET_AVXVNNI, depthwise_in_quads, depthwise, depthwise_u8s8_2x32_avxvnni),
    KERNEL(DEPTHWISE_S8, FACET_AVX2, depthwise_in_pairs, depthwise, depthwise_s8_16_avx2),
    KERNEL(DEPTHWISE_S8, FACET_AVX2, NULL, depthwise, depthwise_s8_avx2),
    KERNEL(DEPTHWISE_F32, FACET_AVX512VNNI, NULL, depthwise, depthwise_f32_8x16_avx512f),
    KERNEL(DEPTHWISE_F32, FACET_AVX2, NULL, depthwise, depthwise_f32_8x8_avx2),
    KERNEL(MAX_POOL_S8, FACET_AVX512VNNI, NULL, pool, max_pool_s8_64_avx512bw),
    KERNEL(MAX_POOL_S8, FACET_AVX2, NULL, pool, max_pool_s8_avx2),
    KERNEL(MAX_POOL_F32, FACET_AVX2, NULL, pool, max_pool_f32_avx2),
    KERNEL(AVERAGE_POOL_S8, FACET_AVX512VNNI, pool_is_narrow, pool, average_pool_s8_32_avx512bw),
    KERNEL(AVERAGE_POOL_S8, FACET_AVX2, NULL, pool, average_pool_s8_avx2),
    KERNEL(AVERAGE_POOL_F32, FACET_AVX2, NULL, pool, average_pool_f32_avx2),
    KERNEL(ADD_S8, FACET_AVX512VNNI, binary_is_plain, binary, add_s8_64_avx512f),
    KERNEL(ADD_S8, FACET_AVX2, without_scores, binary, add_s8_32_avx2),
    KERNEL(ADD_F32, FACET_AVX2, NULL, binary, add_f32_avx2),
    KERNEL(MULTIPLY_S8, FACET_AVX512VNNI, binary_is_plain, binary, multiply_s8_64_avx512f),
    KERNEL(MULTIPLY_S8, FACET_AVX2, NULL, binary, multiply_s8_32_avx2),
    KERNEL(MULTIPLY_F32, FACET_AVX2, NULL, binary, multiply_f32_avx2),
    KERNEL(TABLE_S8, FACET_AVX512VNNI | FACET_AVX512VBMI, NULL, unary, table_s8_64_avx512vbmi),
    KERNEL(TABLE_S8, FACET_AVX2, NULL, unary, table_s8_32_avx2),
    KERNEL(QUANTIZE_F32, FACET_AVX2, NULL, unary, quantize_f32_32_avx2),
    KERNEL(CLIP_F32, FACET_AVX2, NULL, unary, clip_f32_avx2),
    KERNEL(SIGMOID_F32, FACET_AVX512VNNI, NULL, unary, sigmoid_f32_avx512f),
    KERNEL(SIGMOID_F32, FACET_AVX2, NULL, unary, sigmoid_f32_avx2),
    KERNEL(HARD_SIGMOID_F32, FACET_AVX2, NULL, unary, hard_sigmoid_f32_avx2),
    KERNEL(HARD_SWISH_F32, FACET_AVX512VNNI, NULL, unary, hard_swish_f32_avx512f),
    KERNEL(HARD_SWISH_F32, FACET_AVX2, NULL, unary, hard_swish_f32_avx2),
    KERNEL(MATRIX_PRODUCT_F32, FACET_AVX2, NULL, matrix_product, matrix_product_f32_avx2),
    KERNEL(GATHER_U8_S8, FACET_AVX512VNNI | FACET_AVX512VBMI, three_dense_bytes, gather, gather_u8_s8_rgb_avx512vbmi),
    KERNEL(GATHER_F32_S8, FACET_AVX512VNNI, three_dense_bytes, gather, gather_f32_s8_rgb_avx512f),
    KERNEL(GATHER_F32_F32, FACET_AVX2, three_dense_floats, gather, gather_f32_f32_3x8_avx2),
    KERNEL(GATHER_F32_S8, FACET_AVX2, three_dense_bytes, gather, gather_f32_s8_3x8_avx2),
#endif
    KERNEL(CONV_S8, 0, NULL, conv, conv_s8_scalar),
    KERNEL(CONV_F32, 0, NULL, conv, conv_f32_scalar),
    KERNEL(DEPTHWISE_S8, 0, NULL, depthwise, depthwise_s8_scalar),
    KERNEL(DEPTHWISE_F32, 0, NULL, depthwise, depthwise_f32_scalar),
    KERNEL(MAX_POOL_S8, 0, NULL, pool, max_pool_s8_scalar),
    KERNEL(MAX_POOL_F32, 0, NULL, pool, max_pool_f32_scalar),
    KERNEL(AVERAGE_POOL_S8, 0, NULL, pool, average_pool_s8_scalar),
    KERNEL(AVERAGE_POOL_F32, 0, NULL, pool, average_pool_f32_scalar),
    KERNEL(ADD_S8, 0, NULL, binary, add_s8_scalar),
    KERNEL(ADD_F32, 0, NULL, binary, add_f32_scalar),
    KERNEL(MULTIPLY_S8, 0, NULL, binary, multiply_s8_scalar),
    KERNEL(MULTIPLY_F32, 0, NULL, binary, multiply_f32_scalar),
    KERNEL(TABLE_S8, 0, NULL, unary, table_s8_scalar),
    KERNEL(CHANNEL_TABLE_S8, 0, NULL, unary, channel_table_s8_scalar),
    KERNEL(DEQUANTIZE_S8, 0, NULL, unary, dequantize_s8_scalar),
    KERNEL(QUANTIZE_F32, 0, NULL, unary, quantize_f32_scalar),
    KERNEL(COPY_F32, 0, NULL, unary, copy_f32_scalar),
    KERNEL(CLIP_F32, 0, NULL, unary, clip_f32_scalar),
    KERNEL(SIGMOID_F32, 0, NULL, unary, sigmoid_f32_scalar),
    KERNEL(HARD_SIGMOID_F32, 0, NULL, unary, hard_sigmoid_f32_scalar),
    KERNEL(HARD_SWISH_F32, 0, NULL, unary, hard_swish_f32_scalar),
    KERNEL(SOFTMAX_F32, 0, NULL, unary, softmax_f32_scalar),
    KERNEL(FUNCTION_F32, 0, NULL, unary, function_f32_scalar),
    KERNEL(RESHAPE, 0, NULL, reshape, reshape_scalar),
    KERNEL(REARRANGE, 0, NULL, rearrange, rearrange_scalar),
    KERNEL(ELEMENTWISE_F32, 0, NULL, elementwise, elementwise_f32_scalar),
    KERNEL(REDUCE_F32, 0, NULL, reduce, reduce_f32_scalar),
    KERNEL(MATRIX_PRODUCT_F32, 0, NULL, matrix_product, matrix_product_f32_scalar),
    KERNEL(RESAMPLE_F32, 0, NULL, resample, resample_f32_scalar),
    KERNEL(RESAMPLE_S8, 0, NULL, resample, resample_s8_scalar),
    KERNEL(TOP_K_F32, 0, NULL, top_k, top_k_f32_scalar),
    KERNEL(GATHER_U8_S8, 0, NULL, gather, gather_u8_s8_scalar),
    KERNEL(GATHER_U8_F32, 0, NULL, gather, gather_u8_f32_scalar),
    KERNEL(GATHER_F32_S8, 0, NULL, gather, gather_f32_s8_scalar),
    KERNEL(GATHER_F32_F32, 0, NULL, gather, gather_f32_f32_scalar),
    KERNEL(GATHER_MEAN_S8, 0, NULL, gather, gather_mean_s8_scalar),
    KERNEL(GATHER_MEAN_F32, 0, NULL, gather, gather_mean_f32_scalar),
};

const facet_kernel *facet_kernel_list(size_t *count) {
  *count = sizeof kernels / sizeof kernels[0];
  return kernels;
}

const facet_kernel *facet_find_kernel(facet_operation operation, uint32_t features, const void *arguments) {
  const facet_kernel *k = kernels;
  while (k->operation != operation || (k->needs & ~features) || (k->fits && !k->fits(arguments))) k++;
  return k;
}
