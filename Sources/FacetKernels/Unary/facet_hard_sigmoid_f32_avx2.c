#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "facet_vector_f32_avx2.h"
#include "facet_unary_f32_vector.h"

/// max(0, min(1, alpha * x + beta)), float32.
FACET_UNARY_VECTOR_F32(facet_hard_sigmoid_f32_avx2,
                       clamp(add(multiply(v, all_lanes(a->alpha)), all_lanes(a->beta)), all_lanes(0.0f), all_lanes(1.0f)))
#pragma clang attribute pop
#endif
