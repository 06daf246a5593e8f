#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)
#include "facet_vector_f32_avx512f.h"
enum { PIXELS = 8 };
#include "facet_conv_f32_vector.h"

/// Convolution and fully connected, float32: 8 pixels by 32 channels, 16 accumulators, fused multiply-add.
void facet_conv_f32_8x32_avx512f(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  facet_conv_f32_tiles(arguments, p0, p1, b0, b1);
}
#pragma clang attribute pop
#endif
