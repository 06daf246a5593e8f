#include "facet_unary_body.h"

/// max(0, min(1, alpha * x + beta)), float32.
FACET_UNARY_F32(facet_hard_sigmoid_f32_scalar, facet_clamp(v * a->alpha + a->beta, 0.0f, 1.0f))
