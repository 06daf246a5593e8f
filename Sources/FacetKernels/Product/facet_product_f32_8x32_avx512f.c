#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)
#include "facet_vector_f32_avx512f.h"
enum { ROWS = 8 };
#include "facet_product_f32.h"
#include "facet_product_f32_vector.h"
#include "facet_product_body.h"

/// Product of matrices through strides, float32: 8 rows by 32 columns, 16 accumulators, fused multiply-add.
void facet_product_f32_8x32_avx512f(const void *arguments, int32_t r0, int32_t r1) { product(arguments, r0, r1); }
#pragma clang attribute pop
#endif
