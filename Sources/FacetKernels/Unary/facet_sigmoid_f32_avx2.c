#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "facet_vector_f32_avx2.h"
#include "facet_sigmoid_f32_vector.h"
#include "facet_unary_f32_vector.h"

/// Logistic function, float32.
FACET_UNARY_VECTOR_F32(facet_sigmoid_f32_avx2, sigmoid(v))
#pragma clang attribute pop
#endif
