#include "support.h"

/// Functions of one and of two numbers, float32: into the checksum, which is the same on every CPU.

/// The values of all functions: their accuracy is tested elsewhere, that they are the same on every CPU here.
static void test_functions(void) {
  for (int32_t function = 0; function < FACET_FUNCTION_COUNT; function++) {
    const int32_t count = 64;
    const float magnitude = one_in(4) ? 1e4f : one_in(2) ? 80.0f : 2.0f;
    const reals kind = random_reals();
    float *input = slot(SLOT_INPUT, (size_t)count * 4, FACET_OVERREAD), *output = slot(SLOT_OUTPUT, (size_t)count * 4, 0);
    for (int32_t i = 0; i < count; i++) input[i] = random_real(kind, magnitude);
    const facet_unary a = {.input = input,
                           .output = output,
                           .height = 1,
                           .width = 1,
                           .channels = count,
                           .input_pixel = count * 4,
                           .output_pixel = count * 4,
                           .function = function,
                           .alpha = 1.25f,
                           .beta = -0.75f};
    find_kernel(FACET_FUNCTION_F32, 0, &a)->run.rows(&a, 0, 1);
    checksum_add_floats(output, (size_t)count);
  }
}

/// A function of two numbers; powers are left to their own tests.
static float define(int32_t function, float v, float w) {
  switch ((facet_elementwise_function)function) {
  case FACET_ADD: return v + w;
  case FACET_SUBTRACT: return v - w;
  case FACET_MULTIPLY: return v * w;
  case FACET_DIVIDE: return v / w;
  case FACET_MINIMUM: return w != w || w < v ? w : v;
  case FACET_MAXIMUM: return w != w || w > v ? w : v;
  case FACET_PRELU: return v < 0 ? v * w : v;
  case FACET_REVERSE_SUBTRACT: return w - v;
  case FACET_REVERSE_DIVIDE: return w / v;
  case FACET_EQUAL: return v == w;
  case FACET_LESS: return v < w;
  case FACET_LESS_OR_EQUAL: return v <= w;
  case FACET_REVERSE_LESS: return w < v;
  case FACET_REVERSE_LESS_OR_EQUAL: return w <= v;
  case FACET_WHERE_TRUE: return w != 0 ? v : -0.0f;
  case FACET_WHERE_FALSE: return w == 0 ? v : -0.0f;
  case FACET_REVERSE_WHERE_TRUE: return v != 0 ? w : -0.0f;
  case FACET_REVERSE_WHERE_FALSE: return v == 0 ? w : -0.0f;
  case FACET_POWER:
  case FACET_REVERSE_POWER:
  case FACET_ELEMENTWISE_COUNT: break;
  }
  return 0;
}

/// a of [rows][columns], b repeated along one of the axes.
static void test_two_numbers(void) {
  const int32_t rows = random_int(1, 5), columns = random_int(1, 20), by_row = one_in(2);
  const reals kind = random_reals();
  const size_t count = (size_t)(rows * columns);
  float *x = slot(SLOT_INPUT, count * 4, FACET_OVERREAD), *y = slot(SLOT_B, 20 * 4, FACET_OVERREAD);
  for (size_t i = 0; i < count; i++) x[i] = random_real(kind, 4.0f);
  for (int32_t i = 0; i < 20; i++) y[i] = random_real(kind, 3.0f);
  facet_elementwise a = {.a = x, .b = y, .rank = 2, .dimensions = {rows, columns}, .a_strides = {columns, 1}, .b_strides = {by_row, !by_row}};
  for (a.function = 0; a.function < FACET_ELEMENTWISE_COUNT; a.function++) {
    const int32_t is_power = a.function == FACET_POWER || a.function == FACET_REVERSE_POWER;
    float *expected = slot(SLOT_EXPECTED, count * 4, 0);
    for (int32_t i = 0; i < rows; i++)
      for (int32_t j = 0; j < columns; j++) expected[i * columns + j] = define(a.function, x[i * columns + j], y[by_row ? i : j]);
    if (is_power) {
      a.output = expected;
      find_kernel(FACET_ELEMENTWISE_F32, 0, &a)->run.whole(&a);
    }
    FOR_KERNELS(k, FACET_ELEMENTWISE_F32, &a) {
      a.output = slot(SLOT_OUTPUT, count * 4, 0);
      k->run.whole(&a);
      check(same_floats("elementwise_f32", k->name, expected, a.output, count), "elementwise_f32", k->name);
      if (counts(k)) checksum_add_floats(a.output, count);
    }
  }
}

void test_elementwise(void) {
  test_functions();
  test_two_numbers();
}
