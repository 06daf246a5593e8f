#include "facet_grid.h"
#include "facet_power_f32.h"

/// `expression` of the operands x and y, to where x stood.
#define FACET_ELEMENTWISE(expression)                           \
  FACET_FOR_FOURS(i, count) {                                   \
    const float x = facet_scalar_f32(values[i]), y = others[i]; \
    values[i] = expression;                                     \
  }

/// At most FACET_CHUNK numbers from `from` on.
FACET_OUTLINE void facet_elementwise_load(float to[FACET_CHUNK], const float *from, ptrdiff_t step, int32_t count) {
  if (step == 1)
    memcpy(to, from, (size_t)count * sizeof(float));
  else if (FACET_HAS_FOURS && step == 0)
    FACET_FOR_FOURS(i, count) to[i] = *from;
  else
    for (int32_t i = 0; i < count; i++, from += step) to[i] = *from;
}

/// At most FACET_CHUNK numbers.
FACET_OUTLINE void facet_elementwise_chunk(int32_t function, float *restrict values, const float *restrict others, int32_t count) {
  switch (function) {
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
  case FACET_EQUAL: FACET_ELEMENTWISE(x == y ? 1.0f : 0.0f); break;
  case FACET_LESS: FACET_ELEMENTWISE(x < y ? 1.0f : 0.0f); break;
  case FACET_LESS_OR_EQUAL: FACET_ELEMENTWISE(x <= y ? 1.0f : 0.0f); break;
  case FACET_REVERSE_LESS: FACET_ELEMENTWISE(y < x ? 1.0f : 0.0f); break;
  case FACET_REVERSE_LESS_OR_EQUAL: FACET_ELEMENTWISE(y <= x ? 1.0f : 0.0f); break;
  case FACET_WHERE_TRUE: FACET_ELEMENTWISE(y != 0.0f ? x : -0.0f); break;
  case FACET_WHERE_FALSE: FACET_ELEMENTWISE(y == 0.0f ? x : -0.0f); break;
  case FACET_REVERSE_WHERE_TRUE: FACET_ELEMENTWISE(x != 0.0f ? y : -0.0f); break;
  case FACET_REVERSE_WHERE_FALSE: FACET_ELEMENTWISE(x == 0.0f ? y : -0.0f); break;
  default: break;
  }
}

/// Functions of two operands with broadcasting, float32.
void facet_elementwise_f32_scalar(const void *arguments) {
  const facet_elementwise *a = arguments;
  const int32_t outer = a->rank - 1, length = a->dimensions[outer];
  const ptrdiff_t a_step = a->a_strides[outer], b_step = a->b_strides[outer];
  float *output = a->output;
  float values[FACET_CHUNK] FACET_FOURS, others[FACET_CHUNK] FACET_FOURS;
  facet_grid g = {{0}};
  do {
    const float *pa = a->a + facet_grid_offset(&g, a->a_strides, outer);
    const float *pb = a->b + facet_grid_offset(&g, a->b_strides, outer);
    for (int32_t first = 0; first < length; first += FACET_CHUNK) {
      const int32_t count = length - first < FACET_CHUNK ? length - first : FACET_CHUNK;
      facet_elementwise_load(values, pa + first * a_step, a_step, count);
      facet_elementwise_load(others, pb + first * b_step, b_step, count);
      facet_elementwise_chunk((int32_t)a->function, values, others, count);
      memcpy(output, values, (size_t)count * sizeof(float));
      output += count;
    }
  } while (facet_grid_next(&g, a->dimensions, outer) >= 0);
}
