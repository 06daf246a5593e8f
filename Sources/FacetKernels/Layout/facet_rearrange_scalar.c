#include "facet_grid.h"

/// Along the last axis: runs of table entries that rise by one in input and output are moved at once.
FACET_INLINE void facet_rearrange_row(const facet_rearrange *a, int32_t fills, ptrdiff_t from, ptrdiff_t to, const int32_t *in, const int32_t *out,
                                      int32_t count, int32_t dense, size_t size) {
  const uint8_t *input = a->input;
  uint8_t *output = a->output;
  if (dense && !fills) {
    memmove(output + (size_t)(to + out[0]) * size, input + (size_t)(from + in[0]) * size, (size_t)count * size);
    return;
  }
  for (int32_t i = 0; i < count; i++) {
    const void *source = fills || in[i] < 0 ? (const void *)&a->fill : input + (size_t)(from + in[i]) * size;
    uint8_t element[4];
    memcpy(element, source, size);
    memcpy(output + (size_t)(to + out[i]) * size, element, size);
  }
}

/// Elements moved by tables, one pair of tables per axis.
void facet_rearrange_scalar(const void *arguments) {
  const facet_rearrange *a = arguments;
  const int32_t outer = a->rank - 1, count = a->dimensions[outer];
  const int32_t *in[FACET_AXES], *out[FACET_AXES], *next = a->tables;
  for (int32_t axis = 0; axis <= outer; next += a->dimensions[axis++]) in[axis] = next;
  for (int32_t axis = 0; axis <= outer; next += a->dimensions[axis++]) out[axis] = next;
  int32_t dense = in[outer][0] >= 0;
  for (int32_t i = 1; i < count; i++) dense = dense && in[outer][i] == in[outer][0] + i && out[outer][i] == out[outer][0] + i;
  facet_grid g = {{0}};
  do {
    ptrdiff_t from = 0, to = 0;
    int32_t fills = 0;
    for (int32_t axis = 0; axis < outer; axis++) {
      const int32_t entry = in[axis][g.index[axis]];
      fills |= entry < 0;
      from += entry;
      to += out[axis][g.index[axis]];
    }
    if (a->element_size == 1)
      facet_rearrange_row(a, fills, from, to, in[outer], out[outer], count, dense, 1);
    else
      facet_rearrange_row(a, fills, from, to, in[outer], out[outer], count, dense, 4);
  } while (facet_grid_next(&g, a->dimensions, outer) >= 0);
}
