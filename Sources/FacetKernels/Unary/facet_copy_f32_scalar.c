#include "facet_unary_body.h"

/// Copy, float32: between tensors of one shape and any strides.
FACET_UNARY_F32(facet_copy_f32_scalar, v)
