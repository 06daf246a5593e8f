#include "facet_erf_f64.h"
#include "facet_log_f64.h"
#include "facet_sine_f32.h"
#include "facet_unary_body.h"

/// Functions of one number, float32 (`facet_function`). Those of e^x, logarithm and error function are computed in binary64 and rounded
/// once: below 0.51 units in the last place where not said otherwise.

static uint32_t facet_sign(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits & 0x80000000u;
}

static float facet_with_sign(float x, uint32_t sign) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  bits = (bits & 0x7FFFFFFFu) | sign;
  memcpy(&x, &bits, sizeof bits);
  return x;
}

/// From 2^23 on every number is an integer.
static float facet_floor(float x) {
  if (!(__builtin_fabsf(x) < 8388608.0f)) return x;
  const float t = (float)(int32_t)x;
  return facet_with_sign(t > x ? t - 1.0f : t, facet_sign(x));
}

static float facet_nearest(float x) {
  const float size = __builtin_fabsf(x);
  if (!(size < 8388608.0f)) return x;
  return facet_with_sign((size + 8388608.0f) - 8388608.0f, facet_sign(x));
}

static float facet_tanh(float x) {
  double a = 2.0 * __builtin_fabsf(x);
  a = a > 40.0 ? 40.0 : a;
  const double t = facet_expm1_f64(a);
  return facet_with_sign((float)(t / (t + 2.0)), facet_sign(x));
}

/// e^x - 1 below 0, x otherwise.
static double facet_elu(float x, float alpha) { return x < 0.0f ? (double)alpha * facet_expm1_f64(x) : (double)x; }

static float facet_softplus(float x) {
  return (float)(x > 0.0f ? (double)x + facet_log1p_f64(facet_exp_f64(-(double)x)) : facet_log1p_f64(facet_exp_f64(x)));
}

static float facet_mish(float x) {
  // With w = e^x, tanh(ln(1 + w)) = w (w + 2) / (w (w + 2) + 2), which is 1 from 40 on.
  const double w = facet_exp_f64(x > 40.0f ? 40.0 : (double)x), u = w * (w + 2.0);
  return (float)((double)x * (u / (u + 2.0)));
}

/// (1 + tanh u) / 2 = 1 / (1 + e^(-2u)).
static float facet_gelu_tanh(float x) {
  const double v = x, u = 0x1.9884533d43651p-1 * (v + 0.044715 * (v * v * v));
  return (float)(v / (1.0 + facet_exp_f64(-2.0 * u)));
}

/// The nearest number of an int8 grid: alpha is its scale, beta its zero point; NaN gives 0.
static float facet_fake_quantize(float x, float alpha, float beta) {
  const float low = -128.0f - beta, high = 127.0f - beta;
  float p = x / alpha;
  p = p == p ? p : 0.0f;
  p = p < low ? low : p > high ? high : p;
  return facet_nearest(p) * alpha;
}

static FACET_UNARY_F32(exponential, (float)facet_exp_f64(v))
static FACET_UNARY_F32(logarithm, (float)facet_log_f64(v))
static FACET_UNARY_F32(square_root, facet_sqrt_f32(v))
static FACET_UNARY_F32(hyperbolic_tangent, facet_tanh(v))
static FACET_UNARY_F32(error, (float)facet_erf_f64(v))
static FACET_UNARY_F32(absolute, facet_with_sign(v, 0))
static FACET_UNARY_F32(negate, facet_with_sign(v, facet_sign(v) ^ 0x80000000u))
static FACET_UNARY_F32(reciprocal, 1.0f / v)
static FACET_UNARY_F32(floor_, facet_floor(v))
static FACET_UNARY_F32(ceiling, -facet_floor(-v))
static FACET_UNARY_F32(nearest, facet_nearest(v))
static FACET_UNARY_F32(leaky_relu, v < 0.0f ? a->alpha * v : v)
static FACET_UNARY_F32(elu, (float)facet_elu(v, a->alpha))
static FACET_UNARY_F32(selu, (float)((double)a->beta * facet_elu(v, a->alpha)))
static FACET_UNARY_F32(softplus, facet_softplus(v))
static FACET_UNARY_F32(softsign, v / (1.0f + __builtin_fabsf(v)))
static FACET_UNARY_F32(swish, (float)((double)v / (1.0 + facet_exp_f64(-((double)a->alpha * (double)v)))))
static FACET_UNARY_F32(mish, facet_mish(v))
static FACET_UNARY_F32(gelu, (float)((double)v * 0.5 * facet_one_plus_erf_f64((double)v * 0x1.6a09e667f3bcdp-1)))
static FACET_UNARY_F32(gelu_tanh, facet_gelu_tanh(v))
static FACET_UNARY_F32(affine, a->alpha * v + a->beta)
static FACET_UNARY_F32(sine, facet_sine_f32(v, 0))
static FACET_UNARY_F32(cosine, facet_sine_f32(v, 1))
static FACET_UNARY_F32(fake_quantize, facet_fake_quantize(v, a->alpha, a->beta))

void facet_function_f32_scalar(const facet_unary *a, int32_t y0, int32_t y1) {
  static facet_unary_fn *const functions[FACET_FUNCTION_COUNT] = {
      [FACET_EXPONENTIAL] = exponential, [FACET_LOGARITHM] = logarithm, [FACET_SQUARE_ROOT] = square_root,
      [FACET_TANH] = hyperbolic_tangent, [FACET_ERROR] = error,         [FACET_ABSOLUTE] = absolute,
      [FACET_NEGATE] = negate,           [FACET_RECIPROCAL] = reciprocal, [FACET_FLOOR] = floor_,
      [FACET_CEILING] = ceiling,         [FACET_ROUND] = nearest,       [FACET_LEAKY_RELU] = leaky_relu,
      [FACET_ELU] = elu,                 [FACET_SELU] = selu,           [FACET_SOFTPLUS] = softplus,
      [FACET_SOFTSIGN] = softsign,       [FACET_SWISH] = swish,         [FACET_MISH] = mish,
      [FACET_GELU] = gelu,               [FACET_GELU_TANH] = gelu_tanh, [FACET_AFFINE] = affine,
      [FACET_SINE] = sine,               [FACET_COSINE] = cosine,         [FACET_FAKE_QUANTIZE] = fake_quantize,
  };
  functions[a->function](a, y0, y1);
}
