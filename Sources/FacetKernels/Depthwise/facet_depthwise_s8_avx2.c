#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "facet_depthwise_s8_body.h"

/// Depthwise convolution, int8: the scalar loops, vectorized over channels.
void facet_depthwise_s8_avx2(const void *arguments, int32_t y0, int32_t y1) { facet_depthwise_s8_body(arguments, y0, y1); }
#pragma clang attribute pop
#endif
