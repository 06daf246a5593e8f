#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)
#include "facet_vector_f32_avx512f.h"
#include "facet_sigmoid_f32_vector.h"
#include "facet_unary_f32_vector.h"

/// Logistic function, float32.
FACET_UNARY_VECTOR_F32(facet_sigmoid_f32_avx512f, sigmoid(v))

/// x * max(0, min(1, x * (1/6) + 0.5)), float32.
FACET_UNARY_VECTOR_F32(facet_hard_swish_f32_avx512f,
                       multiply(v, clamp(add(multiply(v, all_lanes(0x1.555556p-3f)), all_lanes(0.5f)), all_lanes(0.0f), all_lanes(1.0f))))
#pragma clang attribute pop
#endif
