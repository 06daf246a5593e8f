#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("fma"), minsize)), apply_to = function)
enum { ROWS = 4 };
#include "facet_product_f32.h"

FACET_INLINE void fused(float *acc, float x, const float *b) {
  FACET_UNROLLED_FOR(int32_t j = 0; j < COLUMNS; j++) acc[j] = __builtin_fmaf(x, b[j], acc[j]);
}
#include "facet_product_f32_chain.h"
#include "facet_product_body.h"

/// Product of matrices through strides, float32: the scalar loops with the CPU's own fused multiply-add.
void facet_product_f32_fma(const void *arguments, int32_t r0, int32_t r1) { product(arguments, r0, r1); }
#pragma clang attribute pop
#endif
