/// The functions of one number, float32, in the order of their numbers in bundles: a row is never moved, new ones stand at the end.
///
/// ROW(NAME, EXPRESSION): the enumerator `FACET_NAME`, and the function of `v`, whose constants are `a->alpha` and `a->beta`. The
/// expression is compiled in facet_function_f32_scalar.c and may use what that file has. No libm: the same bits on every CPU.
#ifndef FACET_FUNCTIONS_H
#define FACET_FUNCTIONS_H

// clang-format off
#define FACET_FUNCTIONS(ROW) \
  ROW(EXPONENTIAL, (float)facet_exp_f64(v)) \
  ROW(LOGARITHM, (float)facet_log_f64(v)) \
  ROW(SQUARE_ROOT, facet_sqrt_f32(v)) \
  ROW(TANH, facet_tanh(v)) \
  ROW(ERROR, (float)facet_erf_f64(v)) \
  ROW(ABSOLUTE, facet_with_sign(v, 0)) \
  ROW(NEGATE, facet_with_sign(v, facet_sign(v) ^ 0x80000000u)) \
  ROW(RECIPROCAL, 1.0f / v) \
  ROW(FLOOR, facet_floor(v)) \
  ROW(CEILING, -facet_floor(-v)) \
  ROW(ROUND, facet_nearest(v)) \
  ROW(LEAKY_RELU, v < 0.0f ? a->alpha * v : v) \
  ROW(ELU, (float)facet_elu(v, a->alpha)) \
  ROW(SELU, (float)((double)a->beta * facet_elu(v, a->alpha))) \
  ROW(SOFTPLUS, facet_softplus(v)) \
  ROW(SOFTSIGN, v / (1.0f + __builtin_fabsf(v))) \
  ROW(SWISH, (float)((double)v / (1.0 + facet_exp_f64(-((double)a->alpha * (double)v))))) \
  ROW(MISH, facet_mish(v)) \
  ROW(GELU, (float)((double)v * 0.5 * facet_one_plus_erf_f64((double)v * 0x1.6a09e667f3bcdp-1))) \
  ROW(GELU_TANH, facet_gelu_tanh(v)) \
  ROW(AFFINE, a->alpha * v + a->beta) \
  ROW(SINE, facet_sine_f32(v, 0)) \
  ROW(COSINE, facet_sine_f32(v, 1)) \
  ROW(THRESHOLDED_RELU, v > a->alpha ? v : 0.0f) \
  ROW(FAKE_QUANTIZE, facet_fake_quantize(v, a->alpha, a->beta)) \
  ROW(SIGN, v > 0.0f ? 1.0f : v < 0.0f ? -1.0f : v) \
  ROW(HYPERBOLIC_SINE, facet_hyperbolic_sine(v)) \
  ROW(HYPERBOLIC_COSINE, facet_hyperbolic_cosine(v)) \
  ROW(ARC_TANGENT, facet_arc_tangent(v)) \
  // end of the list
// clang-format on

#endif
