#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "facet_vector_f32_avx2.h"
enum { PIXELS = 6 };
#include "facet_conv_f32_vector.h"

/// Convolution and fully connected, float32: 6 pixels by 16 channels, 12 accumulators, fused multiply-add.
void facet_conv_f32_6x16_avx2(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  facet_conv_f32_tiles(arguments, p0, p1, b0, b1);
}
#pragma clang attribute pop
#endif
