#include "facet_grid.h"
#include "facet_power_f32.h"

/// Every row of the last axis: `expression` of the operands x and y.
#define FACET_ELEMENTWISE(expression)                                                                                  \
  do {                                                                                                                 \
    const float *pa = a->a + facet_grid_offset(&g, a->a_strides, outer);                                               \
    const float *pb = a->b + facet_grid_offset(&g, a->b_strides, outer);                                               \
    for (int32_t i = 0; i < count; i++) {                                                                              \
      const float x = pa[(ptrdiff_t)i * a_step], y = pb[(ptrdiff_t)i * b_step];                                        \
      output[i] = expression;                                                                                          \
    }                                                                                                                  \
    output += count;                                                                                                   \
  } while (facet_grid_next(&g, a->dimensions, outer) >= 0)

/// Functions of two operands with broadcasting, float32.
void facet_elementwise_f32_scalar(const facet_elementwise *a) {
  const int32_t outer = a->rank - 1, count = a->dimensions[outer];
  const int32_t a_step = a->a_strides[outer], b_step = a->b_strides[outer];
  float *output = a->output;
  facet_grid g = {{0}};
  switch (a->function) {
  case FACET_ADD: FACET_ELEMENTWISE(x + y); break;
  case FACET_SUBTRACT: FACET_ELEMENTWISE(x - y); break;
  case FACET_MULTIPLY: FACET_ELEMENTWISE(x * y); break;
  case FACET_DIVIDE: FACET_ELEMENTWISE(x / y); break;
  case FACET_MINIMUM: FACET_ELEMENTWISE(y < x || y != y ? y : x); break;
  case FACET_MAXIMUM: FACET_ELEMENTWISE(y > x || y != y ? y : x); break;
  case FACET_POWER: FACET_ELEMENTWISE(facet_power_f32(x, y)); break;
  case FACET_PRELU: FACET_ELEMENTWISE(x < 0.0f ? x * y : x); break;
  case FACET_REVERSE_SUBTRACT: FACET_ELEMENTWISE(y - x); break;
  case FACET_REVERSE_DIVIDE: FACET_ELEMENTWISE(y / x); break;
  case FACET_REVERSE_POWER: FACET_ELEMENTWISE(facet_power_f32(y, x)); break;
  default: break;
  }
}
