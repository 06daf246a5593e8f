/// A place in a grid of up to 8 axes that is walked in row-major order.
#ifndef FACET_GRID_H
#define FACET_GRID_H
#include "facet_internal.h"

typedef struct {
  int32_t index[FACET_AXES];
} facet_grid;

/// The next place among the first `rank` axes; the axis whose index rose (those after it are 0 again), or -1 after the last place.
FACET_INLINE int32_t facet_grid_next(facet_grid *g, const int32_t *dimensions, int32_t rank) {
  for (int32_t axis = rank - 1; axis >= 0; axis--) {
    if (++g->index[axis] < dimensions[axis]) return axis;
    g->index[axis] = 0;
  }
  return -1;
}

/// Offset of a place by strides.
FACET_INLINE ptrdiff_t facet_grid_offset(const facet_grid *g, const int32_t *strides, int32_t rank) {
  ptrdiff_t offset = 0;
  for (int32_t axis = 0; axis < rank; axis++) offset += (ptrdiff_t)g->index[axis] * strides[axis];
  return offset;
}

#pragma GCC visibility push(hidden)
/// Leaves out axes of one element, and makes one of those that continue one another by the strides of both operands (one operand: the same array
/// twice). What is left: at least one axis.
int32_t facet_grid_merge(int32_t *dimensions, int32_t *a_strides, int32_t *b_strides, int32_t rank);
#pragma GCC visibility pop

#endif
