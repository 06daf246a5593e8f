#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "facet_vector_f32_avx2.h"
enum { ROWS = 6 };
#include "facet_product_f32.h"
#include "facet_product_f32_vector.h"
#include "facet_product_body.h"

/// Product of matrices through strides, float32: 6 rows by 16 columns, 12 accumulators, fused multiply-add.
void facet_product_f32_6x16_avx2(const void *arguments, int32_t r0, int32_t r1) { product(arguments, r0, r1); }
#pragma clang attribute pop
#endif
