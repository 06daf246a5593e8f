#include "facet_erf_f64.h"
#include "facet_log_f64.h"
#include "facet_sine_f32.h"
#include "facet_unary_body.h"

/// Functions of one number, float32: the rows of facet_functions.h, and what they are made of. Those of e^x, logarithm and error
/// function are computed in binary64 and rounded once: below 0.51 units in the last place where not said otherwise.

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

/// With m = e^|x| - 1, sinh |x| = (m + m / (m + 1)) / 2, accurate near 0.
static float facet_hyperbolic_sine(float x) {
  const double m = facet_expm1_f64(__builtin_fabsf(x));
  return facet_with_sign((float)((m + m / (m + 1.0)) * 0.5), facet_sign(x));
}

static float facet_hyperbolic_cosine(float x) {
  const double w = facet_exp_f64(__builtin_fabsf(x));
  return (float)((w + 1.0 / w) * 0.5);
}

/// Of |x| above 1, pi/2 less that of 1 / |x|; above tan(pi/8), pi/4 plus that of (t - 1) / (t + 1); then the Taylor series up to
/// t^27 / 27 (remainder below 1e-11 of it).
static float facet_arc_tangent(float x) {
  double t = __builtin_fabsf(x), offset = 0.0, sign = 1.0;
  if (t > 1.0) t = 1.0 / t, offset = 0x1.921fb54442d18p+0, sign = -1.0;
  if (t > 0x1.a827999fcef32p-2) t = (t - 1.0) / (t + 1.0), offset += sign * 0x1.921fb54442d18p-1;
  const double z = -(t * t);
  double q = 1.0 / 27;
  for (int32_t n = 25; n > 0; n -= 2) q = q * z + 1.0 / (double)n;
  return facet_with_sign((float)(offset + sign * (t * q)), facet_sign(x));
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

// One short loop a function, in place: facet_apply_EXPONENTIAL and so on.
#define FACET_FUNCTION_LOOP(name, expression)                                             \
  static void facet_apply_##name(const facet_unary *args, float *values, int32_t count) { \
    const facet_unary constants = *args, *a = &constants;                                 \
    FACET_FOR_FOURS(i, count) {                                                           \
      const float v = facet_scalar_f32(values[i]);                                        \
      values[i] = expression;                                                             \
    }                                                                                     \
    (void)a;                                                                              \
  }
FACET_FUNCTIONS(FACET_FUNCTION_LOOP)

/// Numbers pass in chunks, so that all functions share the walk over the tensor.
void facet_function_f32_scalar(const void *arguments, int32_t y0, int32_t y1) {
#define FACET_FUNCTION_ROW(name, expression) [FACET_##name] = facet_apply_##name,
  static void (*const functions[FACET_FUNCTION_COUNT])(const facet_unary *, float *, int32_t) = {FACET_FUNCTIONS(FACET_FUNCTION_ROW)};
  const facet_unary a = facet_unary_merged(arguments, sizeof(float), sizeof(float));
  float values[FACET_CHUNK] FACET_FOURS;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a.width; x++) {
      const float *input = facet_at(a.input, y * a.input_row + x * a.input_pixel);
      float *output = facet_at_mutable(a.output, y * a.output_row + x * a.output_pixel);
      for (int32_t first = 0; first < a.channels; first += FACET_CHUNK) {
        const int32_t count = a.channels - first < FACET_CHUNK ? a.channels - first : FACET_CHUNK;
        memcpy(values, input + first, (size_t)count * sizeof(float));
        functions[a.function](&a, values, count);
        memcpy(output + first, values, (size_t)count * sizeof(float));
      }
    }
}
