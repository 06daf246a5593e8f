#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "facet_vector_f32_avx2.h"
#include "facet_binary_f32_vector.h"

/// Sum of two tensors, float32.
void facet_add_f32_avx2(const void *arguments, int32_t y0, int32_t y1) { facet_binary_f32_vectors(arguments, y0, y1, 0); }

/// Product of two tensors, float32.
void facet_multiply_f32_avx2(const void *arguments, int32_t y0, int32_t y1) { facet_binary_f32_vectors(arguments, y0, y1, 1); }
#pragma clang attribute pop
#endif
