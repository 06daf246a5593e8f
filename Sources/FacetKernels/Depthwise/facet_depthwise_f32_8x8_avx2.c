#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "facet_vector_f32_avx2.h"
#include "facet_depthwise_f32_tile.h"

/// Depthwise convolution, float32: 8 pixels by 8 channels, fused multiply-add.
void facet_depthwise_f32_8x8_avx2(const void *arguments, int32_t y0, int32_t y1) { facet_depthwise_f32_tiles(arguments, y0, y1); }
#pragma clang attribute pop
#endif
