/// Functions of e^x, float32, in vectors of binary64: the operations of the scalar forms (facet_function_f32_scalar.c, facet_exp_f64.h,
/// facet_erf_f64.h), so the same bits. Each ISA level compiles them for itself, after its facet_vector_f64_*.h.
#include "facet_function_is_wide.h"
#include "facet_unary_body.h"

enum { EXP_FACTORS = 11, ERFC_FACTORS = 13 };

/// e^x, or e^x - 1, for x <= 700.
FACET_INLINE wide exponential(wide x, int32_t less_one) {
  static const double factors[EXP_FACTORS] = {1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720,
                                              1.0 / 120,      1.0 / 24,      1.0 / 6,      0.5,         1.0};
  x = at_least(x, -700.0);
  const wide s = add_number(multiply_number(x, 0x1.71547652b82fep+0), 6755399441055744.0);
  const wide r = subtract(x, multiply_number(add_number(s, -6755399441055744.0), 0x1.62e42fefa39efp-1));
  const wide p = multiply(r, horner(factors, EXP_FACTORS, r)), e = multiply(add_number(p, 1.0), power_of_two(s));
  // Near 0, n is 0 and r is x.
  return less_one ? choose_below(absolute(x), 0.25, p, add_number(e, -1.0)) : e;
}

/// erfc(y) for y from 0 to 11, where e is e^-(y * y).
FACET_INLINE wide erfc(wide y, wide e) {
  static const double factors[ERFC_FACTORS] = {-0x1.cbed6e3d1c8b7p-8, -0x1.d7b0c17edd8dap-6, 0x1.5c85b102b1f2ap-5, 0x1.86cd9ffeb51aap-6,
                                               -0x1.40664a8ed2063p-4, 0x1.93af1681c5276p-7,  0x1.cf2215dfb3e8ep-4, -0x1.038c9ad363585p-4,
                                               -0x1.9627b7710b918p-3, 0x1.965894b0695cbp-4,  0x1.29fd9dc9fe4b8p-1, 0x1.84622e3d3a81bp-1,
                                               0x1.1ca626f68525ap-1};
  const wide t = divide_from(2.0, add_number(y, 2.0));
  return multiply(multiply(e, t), horner(factors, ERFC_FACTORS, add_number(t, -0.5625)));
}

/// A function's argument of e^x: that of v, or of its size, times a factor, up to a bound.
typedef struct {
  double factor, bound;
  int32_t function, of_size, less_one;
  double alpha, beta;
} wide_function;

FACET_INLINE wide_function wide_function_of(const facet_unary *a) {
  wide_function f = {.factor = 1.0, .bound = 700.0, .function = a->function, .alpha = a->alpha, .beta = a->function == FACET_SELU ? a->beta : 1.0f};
  f.of_size = a->function == FACET_TANH || a->function == FACET_GELU;
  f.less_one = a->function == FACET_TANH || a->function == FACET_ELU || a->function == FACET_SELU;
  switch (a->function) {
  case FACET_TANH: f.factor = 2.0, f.bound = 40.0; break;
  case FACET_SWISH: f.factor = -f.alpha; break;
  case FACET_MISH: f.bound = 40.0; break;
  case FACET_GELU: f.factor = 0x1.6a09e667f3bcdp-1, f.bound = 11.0; break;
  case FACET_GELU_TANH: f.factor = -2.0; break;
  default: break;
  }
  return f;
}

FACET_INLINE wide wide_result(const wide_function *f, wide v) {
  wide x = v;
  if (f->function == FACET_GELU_TANH) x = multiply_number(add(v, multiply_number(multiply(multiply(v, v), v), 0.044715)), 0x1.9884533d43651p-1);
  if (f->of_size) x = absolute(x);
  x = at_most(multiply_number(x, f->factor), f->bound);
  const wide y = x;
  if (f->function == FACET_GELU) x = multiply(y, multiply_number(y, -1.0));
  wide e = exponential(x, f->less_one);
  switch (f->function) {
  case FACET_ELU:
  case FACET_SELU: return multiply_number(choose_below(v, 0.0, multiply_number(e, f->alpha), v), f->beta);
  case FACET_GELU: e = erfc(y, e); return multiply(multiply_number(v, 0.5), choose_below(v, 0.0, e, subtract_from(2.0, e)));
  case FACET_SWISH:
  case FACET_GELU_TANH: return divide(v, add_number(e, 1.0));
  case FACET_MISH: e = multiply(e, add_number(e, 2.0)); return multiply(v, divide(e, add_number(e, 2.0)));
  case FACET_TANH: return with_sign_of(divide(e, add_number(e, 2.0)), v);
  default: return e;
  }
}

FACET_INLINE void facet_wide_functions(const facet_unary *args, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(args, sizeof(float), sizeof(float)), *a = &m;
  const wide_function f = wide_function_of(a);
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const float *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      float *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t i = 0; i < a->channels;) {
        const wide_lanes lanes = first_lanes(a->channels - i);
        store(output + i, lanes, wide_result(&f, load(input + i, lanes)));
        i += (int32_t)lanes;
      }
    }
}
