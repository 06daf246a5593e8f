#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)
#include "facet_vector_f32_avx512f.h"
#include "facet_depthwise_f32_tile.h"

/// Depthwise convolution, float32: 8 pixels by 16 channels, fused multiply-add.
void facet_depthwise_f32_8x16_avx512f(const void *arguments, int32_t y0, int32_t y1) { facet_depthwise_f32_tiles(arguments, y0, y1); }
#pragma clang attribute pop
#endif
