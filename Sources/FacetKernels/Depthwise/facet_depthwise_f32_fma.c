#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("fma"), minsize)), apply_to = function)
#include "facet_depthwise_f32_body.h"

FACET_INLINE float fused(float x, float w, float acc) { return __builtin_fmaf(x, w, acc); }

/// Depthwise convolution, float32: the scalar loops with the CPU's own fused multiply-add.
void facet_depthwise_f32_fma(const void *arguments, int32_t y0, int32_t y1) { facet_depthwise_f32_body(arguments, y0, y1, fused); }
#pragma clang attribute pop
#endif
