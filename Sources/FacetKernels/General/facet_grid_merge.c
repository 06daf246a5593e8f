#include "facet_grid.h"

int32_t facet_grid_merge(int32_t *dimensions, int32_t *a_strides, int32_t *b_strides, int32_t rank) {
  int32_t last = -1;
  for (int32_t axis = 0; axis < rank; axis++) {
    const int32_t size = dimensions[axis], a = a_strides[axis], b = b_strides[axis];
    if (size == 1) continue;
    const int32_t continues = last >= 0 && a_strides[last] == size * a && b_strides[last] == size * b;
    if (!continues) last++;
    dimensions[last] = continues ? dimensions[last] * size : size;
    a_strides[last] = a;
    b_strides[last] = b;
  }
  if (last >= 0) return last + 1;
  dimensions[0] = 1;
  return 1;
}
