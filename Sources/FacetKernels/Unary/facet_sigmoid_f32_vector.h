#include "../facet_exp_f32_vector.h"

/// Logistic function, float32, a vector at a time: the steps of facet_sigmoid_f32_scalar.c. e^-|x| serves both signs.
FACET_INLINE vector sigmoid(vector x) {
  const vector e = exponential(with_sign_bit(x)); // -|x|
  return divide(choose_by_sign(x, all_lanes(1.0f), e), add(all_lanes(1.0f), e));
}
