#include "facet_unary_body.h"

/// min(max(x, alpha), beta), float32.
FACET_UNARY_F32(facet_clip_f32_scalar, facet_clamp(v, a->alpha, a->beta))
