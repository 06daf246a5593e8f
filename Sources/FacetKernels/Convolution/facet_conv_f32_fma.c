#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("fma"), minsize)), apply_to = function)
#include "facet_conv_f32_body.h"

FACET_INLINE void fused(float *acc, float x, const float *w) {
  FACET_UNROLLED_FOR(int32_t j = 0; j < FACET_BLOCK; j++) acc[j] = __builtin_fmaf(x, w[j], acc[j]);
}

/// Convolution and fully connected, float32: the scalar loops with the CPU's own fused multiply-add.
void facet_conv_f32_fma(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  facet_conv_f32_body(arguments, p0, p1, b0, b1, fused);
}
#pragma clang attribute pop
#endif
