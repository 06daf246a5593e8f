#include "support.h"

/// Functions of one and of two numbers, float32: into the checksum, which is the same on every CPU.

/// The values of all functions: their accuracy is tested elsewhere, that they are the same on every CPU here. Any number of channels, pixels with or
/// without gaps, the result also where the operand stands.
static void test_functions(void) {
  for (int32_t function = 0; function < FACET_FUNCTION_COUNT; function++) {
    const int32_t width = one_in(2) ? 1 : random_int(1, 3), count = random_int(1, one_in(2) ? 90 : 20),
                  pixel = count + (one_in(2) ? 0 : random_int(0, 3));
    const size_t size = (size_t)(pixel * (width - 1) + count);
    const float magnitude = one_in(4) ? 1e4f : one_in(2) ? 80.0f : 2.0f;
    const reals kind = random_reals();
    float *input = slot(SLOT_INPUT, size * 4, FACET_OVERREAD), *expected = slot(SLOT_EXPECTED, size * 4, FACET_OVERREAD);
    for (size_t i = 0; i < size; i++) input[i] = expected[i] = random_real(kind, magnitude);
    facet_unary a = {.input = input,
                     .output = expected,
                     .height = 1,
                     .width = width,
                     .channels = count,
                     .input_pixel = pixel * 4,
                     .output_pixel = pixel * 4,
                     .function = function,
                     .alpha = one_in(2) ? 1.25f : 1.0f,
                     .beta = -0.75f};
    const int32_t in_place = one_in(3);
    find_kernel(FACET_FUNCTION_F32, 0, &a)->run.rows(&a, 0, 1);
    FOR_KERNELS(k, FACET_FUNCTION_F32, &a) {
      a.output = memcpy(slot(SLOT_OUTPUT, size * 4, FACET_OVERREAD), input, size * 4);
      a.input = in_place ? a.output : input;
      k->run.rows(&a, 0, 1);
      check(same_floats("function_f32", k->name, expected, a.output, size), "function_f32", k->name);
      if (counts(k)) checksum_add_floats(a.output, size);
    }
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

/// The form of a case, and of each operand which axes it repeats: plain tensors, so row-major strides of what is left. Sizes of 1 are among them.
static size_t random_grid(facet_elementwise *a) {
  const int32_t longest = a->rank == 1 ? 150 : a->rank == 2 ? 20 : 7, a_repeats = one_in(4) ? random_int(0, 15) : 0, b_repeats = random_int(0, 15);
  int32_t a_size = 1, b_size = 1;
  size_t count = 1;
  for (int32_t axis = a->rank - 1; axis >= 0; axis--) {
    const int32_t size = one_in(5) ? 1 : random_int(1, longest), is_new_a = size > 1 && !(a_repeats >> axis & 1);
    const int32_t is_new_b = size > 1 && !(b_repeats >> axis & 1);
    a->dimensions[axis] = size;
    a->a_strides[axis] = is_new_a ? a_size : 0;
    a->b_strides[axis] = is_new_b ? b_size : 0;
    a_size *= is_new_a ? size : 1;
    b_size *= is_new_b ? size : 1;
    count *= (size_t)size;
  }
  return count;
}

/// Elements of an operand up to its last one, and which of them place `place` of the result takes.
static size_t operand_count(const facet_elementwise *a, const int32_t *strides) {
  size_t last = 0;
  for (int32_t axis = 0; axis < a->rank; axis++) last += (size_t)(a->dimensions[axis] - 1) * (size_t)strides[axis];
  return last + 1;
}

static size_t operand_place(const facet_elementwise *a, const int32_t *strides, size_t place) {
  size_t offset = 0;
  for (int32_t axis = a->rank - 1; axis >= 0; axis--) {
    offset += place % (size_t)a->dimensions[axis] * (size_t)strides[axis];
    place /= (size_t)a->dimensions[axis];
  }
  return offset;
}

/// Two operands, either repeated along any axes, or from every second place; the result also where an operand stands.
static void test_two_numbers(void) {
  facet_elementwise a = {.rank = random_int(1, 4)};
  const size_t count = random_grid(&a);
  if (one_in(8))
    for (int32_t axis = 0; axis < a.rank; axis++) a.b_strides[axis] *= 2;
  const reals kind = random_reals();
  const size_t a_count = operand_count(&a, a.a_strides), b_count = operand_count(&a, a.b_strides);
  float *x = slot(SLOT_INPUT, a_count * 4, FACET_OVERREAD), *y = slot(SLOT_B, b_count * 4, 0);
  for (size_t i = 0; i < a_count; i++) x[i] = random_real(kind, 4.0f);
  for (size_t i = 0; i < b_count; i++) y[i] = random_real(kind, 3.0f);
  for (a.function = 0; a.function < FACET_ELEMENTWISE_COUNT; a.function++) {
    float *expected = slot(SLOT_EXPECTED, count * 4, 0);
    for (size_t i = 0; i < count; i++) expected[i] = define(a.function, x[operand_place(&a, a.a_strides, i)], y[operand_place(&a, a.b_strides, i)]);
    const int32_t in_place = a_count == count && one_in(3);
    a.a = x, a.b = y;
    if (a.function == FACET_POWER || a.function == FACET_REVERSE_POWER) {
      a.output = expected;
      find_kernel(FACET_ELEMENTWISE_F32, 0, &a)->run.whole(&a);
    }
    FOR_KERNELS(k, FACET_ELEMENTWISE_F32, &a) {
      a.a = x;
      a.output = slot(SLOT_OUTPUT, count * 4, 0);
      if (in_place) a.a = memcpy(a.output, x, count * 4);
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
