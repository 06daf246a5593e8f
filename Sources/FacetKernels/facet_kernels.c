#include "facet_internal.h"
#if defined(__x86_64__)
#include <cpuid.h>
#endif

/// What every level takes where it has nothing better.
#define FACET_SCALAR_UNARY                                                                                             \
  .table_s8 = facet_table_s8_scalar, .dequantize_s8 = facet_dequantize_s8_scalar, .copy_f32 = facet_copy_f32_scalar,   \
  .clip_f32 = facet_clip_f32_scalar, .sigmoid_f32 = facet_sigmoid_f32_scalar,                                          \
  .hard_sigmoid_f32 = facet_hard_sigmoid_f32_scalar, .hard_swish_f32 = facet_hard_swish_f32_scalar,                    \
  .softmax_f32 = facet_softmax_f32_scalar, .quantize_f32 = facet_quantize_f32_scalar,                                  \
  .function_f32 = facet_function_f32_scalar, .reshape = facet_reshape_scalar, .rearrange = facet_rearrange_scalar,     \
  .elementwise_f32 = facet_elementwise_f32_scalar, .reduce_f32 = facet_reduce_f32_scalar,                              \
  .resample_f32 = facet_resample_f32_scalar, .top_k_f32 = facet_top_k_f32_scalar,                                      \
  .gather_u8_s8 = facet_gather_u8_s8_scalar,                                                                           \
  .gather_u8_f32 = facet_gather_u8_f32_scalar, .gather_f32_s8 = facet_gather_f32_s8_scalar,                            \
  .gather_f32_f32 = facet_gather_f32_f32_scalar

static const facet_kernel_table scalar_table = {
    .isa = FACET_ISA_SCALAR,
    .name = "scalar",
    .conv_s8 = facet_conv_s8_scalar,
    .conv_f32 = facet_conv_f32_scalar,
    .depthwise_s8 = facet_depthwise_s8_scalar,
    .depthwise_f32 = facet_depthwise_f32_scalar,
    .max_pool_s8 = facet_max_pool_s8_scalar,
    .max_pool_f32 = facet_max_pool_f32_scalar,
    .average_pool_s8 = facet_average_pool_s8_scalar,
    .average_pool_f32 = facet_average_pool_f32_scalar,
    .add_s8 = facet_add_s8_scalar,
    .add_f32 = facet_add_f32_scalar,
    .multiply_s8 = facet_multiply_s8_scalar,
    .multiply_f32 = facet_multiply_f32_scalar,
    .matrix_product_f32 = facet_matrix_product_f32_scalar,
    FACET_SCALAR_UNARY,
};

#if defined(__x86_64__)
#define FACET_AVX2_ELEMENTWISE                                                                                         \
  .depthwise_f32 = facet_depthwise_f32_avx2,                                                                           \
  .max_pool_s8 = facet_max_pool_s8_avx2, .max_pool_f32 = facet_max_pool_f32_avx2,                                      \
  .average_pool_s8 = facet_average_pool_s8_avx2, .average_pool_f32 = facet_average_pool_f32_avx2,                      \
  .add_s8 = facet_add_s8_avx2, .add_f32 = facet_add_f32_avx2, .multiply_s8 = facet_multiply_s8_avx2,                   \
  .multiply_f32 = facet_multiply_f32_avx2, .matrix_product_f32 = facet_matrix_product_f32_avx2

static const facet_kernel_table avx2_table = {
    .isa = FACET_ISA_AVX2,
    .name = "avx2",
    .conv_s8 = facet_conv_s8_4x8_avx2,
    .conv_f32 = facet_conv_f32_6x16_avx2,
    .depthwise_s8 = facet_depthwise_s8_16_avx2,
    FACET_AVX2_ELEMENTWISE,
    FACET_SCALAR_UNARY,
};

static const facet_kernel_table avx512vnni_table = {
    .isa = FACET_ISA_AVX512VNNI,
    .name = "avx512vnni",
    .conv_s8 = facet_conv_u8s8_8x32_avx512vnni,
    .conv_f32 = facet_conv_f32_8x32_avx512f,
    .depthwise_s8 = facet_depthwise_s8_32_avx512vnni,
    FACET_AVX2_ELEMENTWISE,
    FACET_SCALAR_UNARY,
};

/// The registers that the operating system saves (XCR0); 0 without XGETBV.
static uint32_t saved_registers(void) {
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return 0;
  __asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
  return a;
}

facet_isa facet_best_isa(void) {
  const uint32_t saved = saved_registers(), ymm = 0x6, zmm = 0xE6;
  uint32_t a, b, c, d, b7, c7, d7;
  if ((saved & ymm) != ymm || !__get_cpuid(1, &a, &b, &c, &d) || !__get_cpuid_count(7, 0, &a, &b7, &c7, &d7))
    return FACET_ISA_SCALAR;
  if (!(c & bit_AVX) || !(c & bit_FMA) || !(b7 & bit_AVX2)) return FACET_ISA_SCALAR;
  const uint32_t avx512 = bit_AVX512F | bit_AVX512BW | bit_AVX512VL;
  if ((saved & zmm) != zmm || (b7 & avx512) != avx512 || !(c7 & bit_AVX512VNNI)) return FACET_ISA_AVX2;
  return FACET_ISA_AVX512VNNI;
}
#else
facet_isa facet_best_isa(void) { return FACET_ISA_SCALAR; }
#endif

const facet_kernel_table *facet_kernels(facet_isa isa) {
  if (isa == FACET_ISA_SCALAR) return &scalar_table;
#if defined(__x86_64__)
  if (isa == FACET_ISA_AVX2 && facet_best_isa() >= FACET_ISA_AVX2) return &avx2_table;
  if (isa == FACET_ISA_AVX512VNNI && facet_best_isa() >= FACET_ISA_AVX512VNNI) return &avx512vnni_table;
#endif
  return NULL;
}
