#include "facet_elementwise.h"
#include "facet_power_f32.h"

/// Elements that a turn of a loop takes: four where the compiler makes vectors of short loops whose length it knows.
#if defined(__aarch64__) || defined(__x86_64__)
enum { FACET_TURN = 4 };
#else
enum { FACET_TURN = 1 };
#endif

/// `expression` of the operands x and y; the output may be one of them.
#define FACET_ELEMENTWISE(expression)                                                                  \
  FACET_ROLLED_FOR(; count > 0; count -= FACET_TURN, a += a_step, b += b_step, output += FACET_TURN) { \
    float results[FACET_TURN];                                                                         \
    for (int32_t i = 0; i < FACET_TURN; i++) {                                                         \
      const float x = facet_scalar_f32(a[i]), y = b[i];                                                \
      results[i] = expression;                                                                         \
    }                                                                                                  \
    memcpy(output, results, sizeof results);                                                           \
  }

/// Whole turns; steps are from turn to turn.
FACET_OUTLINE void facet_elementwise_turns(int32_t function, const float *a, ptrdiff_t a_step, const float *b, ptrdiff_t b_step, float *output,
                                           int32_t count) {
  switch (function) {
  case FACET_ADD: FACET_ELEMENTWISE(x + y); break;
  case FACET_SUBTRACT: FACET_ELEMENTWISE(x - y); break;
  case FACET_MULTIPLY: FACET_ELEMENTWISE(x * y); break;
  case FACET_DIVIDE: FACET_ELEMENTWISE(x / y); break;
  case FACET_MINIMUM: FACET_ELEMENTWISE(y < x || y != y ? y : x); break;
  case FACET_MAXIMUM: FACET_ELEMENTWISE(y > x || y != y ? y : x); break;
  case FACET_POWER: FACET_ELEMENTWISE(facet_power_f32(x, y)); break;
  case FACET_PRELU: FACET_ELEMENTWISE(x < 0.0f ? x * y : x); break;
  case FACET_EQUAL: FACET_ELEMENTWISE(x == y ? 1.0f : 0.0f); break;
  case FACET_LESS: FACET_ELEMENTWISE(x < y ? 1.0f : 0.0f); break;
  case FACET_LESS_OR_EQUAL: FACET_ELEMENTWISE(x <= y ? 1.0f : 0.0f); break;
  case FACET_WHERE_TRUE: FACET_ELEMENTWISE(y != 0.0f ? x : -0.0f); break;
  case FACET_WHERE_FALSE: FACET_ELEMENTWISE(y == 0.0f ? x : -0.0f); break;
  default: break;
  }
}

/// At most a turn of numbers from `from` on, to the first places of `to`.
FACET_INLINE const float *facet_elementwise_load(float to[FACET_TURN], const float *from, ptrdiff_t step, int32_t count) {
  FACET_ROLLED_FOR(int32_t i = 0; i < count; i++) to[i] = from[i * step];
  return to;
}

/// A row in turns: an operand is read where it lies if its elements lie side by side; one that is repeated, and the rest of a row, from a copy.
FACET_INLINE void facet_elementwise_row(int32_t function, const float *a, ptrdiff_t a_step, const float *b, ptrdiff_t b_step, float *output,
                                        int32_t length) {
  float x[FACET_TURN] = {0}, y[FACET_TURN] = {0};
  const int32_t is_plain = (a_step & ~(ptrdiff_t)1) == 0 && (b_step & ~(ptrdiff_t)1) == 0;
  for (int32_t count; length > 0; length -= count, a += count * a_step, b += count * b_step, output += count) {
    count = is_plain && length >= FACET_TURN ? length & -FACET_TURN : length < FACET_TURN ? length : FACET_TURN;
    const int32_t copied = count < FACET_TURN ? count : FACET_TURN, is_direct = is_plain && count >= FACET_TURN;
    const float *from_a = is_direct && a_step ? a : facet_elementwise_load(x, a, a_step, copied);
    const float *from_b = is_direct && b_step ? b : facet_elementwise_load(y, b, b_step, copied);
    float results[FACET_TURN], *to = is_direct ? output : results;
    facet_elementwise_turns(function, from_a, FACET_TURN * a_step, from_b, FACET_TURN * b_step, to, count);
    if (!is_direct) memcpy(output, results, (size_t)count * sizeof(float));
  }
}

/// Functions of two operands with broadcasting, float32.
void facet_elementwise_f32_scalar(const void *arguments) {
  facet_elementwise e = *(const facet_elementwise *)arguments;
  const int32_t outer = facet_elementwise_simplify(&e);
  const int32_t length = e.dimensions[outer], a_step = e.a_strides[outer], b_step = e.b_strides[outer];
  facet_grid g = {{0}};
  do {
    const float *a = e.a + facet_grid_offset(&g, e.a_strides, outer), *b = e.b + facet_grid_offset(&g, e.b_strides, outer);
    if (FACET_TURN > 1)
      facet_elementwise_row(e.function, a, a_step, b, b_step, e.output, length);
    else
      facet_elementwise_turns(e.function, a, a_step, b, b_step, e.output, length);
    e.output += length;
  } while (facet_grid_next(&g, e.dimensions, outer) >= 0);
}
