#include "facet_exp_f32.h"
#include "facet_unary_body.h"

/// 1 / (1 + e^-x) for x >= 0, otherwise e^x / (1 + e^x): no intermediate value overflows or is subnormal.
static float facet_sigmoid(float x) {
  if (x >= 0.0f) return 1.0f / (1.0f + facet_exp_f32(-x));
  const float e = facet_exp_f32(x);
  return e / (1.0f + e);
}

/// Logistic function, float32; the arithmetic stands in facet_exp_f32.h.
FACET_UNARY_F32(facet_sigmoid_f32_scalar, facet_sigmoid(v))
