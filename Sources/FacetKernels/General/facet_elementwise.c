#include "facet_elementwise.h"

int32_t facet_elementwise_simplify(facet_elementwise *e) {
  static const uint8_t reversed[FACET_ELEMENTWISE_COUNT] = {[FACET_REVERSE_SUBTRACT] = FACET_SUBTRACT,
                                                            [FACET_REVERSE_DIVIDE] = FACET_DIVIDE,
                                                            [FACET_REVERSE_POWER] = FACET_POWER,
                                                            [FACET_REVERSE_LESS] = FACET_LESS,
                                                            [FACET_REVERSE_LESS_OR_EQUAL] = FACET_LESS_OR_EQUAL,
                                                            [FACET_REVERSE_WHERE_TRUE] = FACET_WHERE_TRUE,
                                                            [FACET_REVERSE_WHERE_FALSE] = FACET_WHERE_FALSE};
  if (reversed[e->function]) {
    const float *const a = e->a;
    e->a = e->b, e->b = a;
    e->function = reversed[e->function];
    FACET_ROLLED_FOR(int32_t axis = 0; axis < e->rank; axis++) {
      const int32_t stride = e->a_strides[axis];
      e->a_strides[axis] = e->b_strides[axis], e->b_strides[axis] = stride;
    }
  }
  return facet_grid_merge(e->dimensions, e->a_strides, e->b_strides, e->rank) - 1;
}
