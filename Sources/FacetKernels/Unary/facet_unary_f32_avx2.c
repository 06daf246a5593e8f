#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "facet_vector_f32_avx2.h"
#include "facet_sigmoid_f32_vector.h"
#include "facet_unary_f32_vector.h"

/// min(max(x, alpha), beta), float32.
FACET_UNARY_VECTOR_F32(facet_clip_f32_avx2, clamp(v, all_lanes(a->alpha), all_lanes(a->beta)))

/// Logistic function, float32.
FACET_UNARY_VECTOR_F32(facet_sigmoid_f32_avx2, sigmoid(v))

/// max(0, min(1, alpha * x + beta)), float32.
FACET_UNARY_VECTOR_F32(facet_hard_sigmoid_f32_avx2,
                       clamp(add(multiply(v, all_lanes(a->alpha)), all_lanes(a->beta)), all_lanes(0.0f), all_lanes(1.0f)))

/// x * max(0, min(1, x * (1/6) + 0.5)), float32.
FACET_UNARY_VECTOR_F32(facet_hard_swish_f32_avx2,
                       multiply(v, clamp(add(multiply(v, all_lanes(0x1.555556p-3f)), all_lanes(0.5f)), all_lanes(0.0f), all_lanes(1.0f))))
#pragma clang attribute pop
#endif
