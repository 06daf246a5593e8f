#if defined(__aarch64__)
#include "facet_vector_f32_neon.h"
#include "facet_sigmoid_f32_vector.h"
#include "facet_unary_f32_vector.h"

/// Logistic function, float32. The compiler makes vectors of the scalar forms of the other functions.
FACET_UNARY_VECTOR_F32(facet_sigmoid_f32_neon, sigmoid(v))
#endif
