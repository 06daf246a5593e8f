#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "facet_vector_f32_avx2.h"
#include "facet_pool_f32_vector.h"

/// Max pooling, float32.
void facet_max_pool_f32_avx2(const void *arguments, int32_t y0, int32_t y1) { facet_pool_f32_vectors(arguments, y0, y1, 0); }

/// Average pooling, float32.
void facet_average_pool_f32_avx2(const void *arguments, int32_t y0, int32_t y1) { facet_pool_f32_vectors(arguments, y0, y1, 1); }
#pragma clang attribute pop
#endif
