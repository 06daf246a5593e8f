#include "facet_small.h"
#include "facet_grid.h"
#include "facet_transpose.h"

/// Along the last axis: element i from in[i] to out[i], the fill where there is none.
FACET_INLINE void facet_rearrange_row(const facet_rearrange *a, int32_t fills, ptrdiff_t from, ptrdiff_t to, const int32_t *in, const int32_t *out,
                                      int32_t count, const size_t size) {
  const uint8_t *input = (const uint8_t *)a->input + from * (ptrdiff_t)size;
  uint8_t *output = (uint8_t *)a->output + to * (ptrdiff_t)size;
  FACET_ROLLED_FOR(int32_t i = 0; i < count; i++) {
    const uint8_t *source = fills || in[i] < 0 ? a->fill : input + (ptrdiff_t)in[i] * (ptrdiff_t)size;
    facet_copy_element(output + (ptrdiff_t)out[i] * (ptrdiff_t)size, source, size);
  }
}

/// The step between a table's entries: 0 where it is not the same everywhere, or where there is an entry -1.
static int32_t facet_table_step(const int32_t *table, int32_t count) {
  const int32_t step = count > 1 ? table[1] - table[0] : 1;
  for (int32_t i = 0; i < count; i++)
    if (table[i] < 0 || table[i] != table[0] + i * step) return 0;
  return step;
}

/// Elements moved by tables, one pair of tables per axis. The last axis is moved at once where its entries rise by one in input and output. Where
/// they do so in one, it is transposed with an axis whose entries do so in the other, if there is one and no fill.
void facet_rearrange_scalar(const void *arguments) {
  const facet_rearrange *a = arguments;
  const int32_t outer = a->rank - 1, count = a->dimensions[outer], size = a->element_size;
  const int32_t *in[FACET_AXES], *out[FACET_AXES], *next = a->tables;
  int32_t dimensions[FACET_AXES], has_fill = 0, has_steps = 0, rows = 1, columns = 1;
  for (int32_t axis = 0; axis <= outer; axis++) {
    in[axis] = next;
    dimensions[axis] = a->dimensions[axis];
    for (int32_t i = 0; i < dimensions[axis]; i++) has_fill |= *next++ < 0;
  }
  for (int32_t axis = 0; axis <= outer; next += a->dimensions[axis++]) out[axis] = next;
  ptrdiff_t from_step = facet_table_step(in[outer], count), to_step = facet_table_step(out[outer], count);
  const int32_t is_dense = from_step == 1 && to_step == 1;
  if (from_step == 1 && to_step)
    columns = count, has_steps = 1;
  else if (to_step == 1 && from_step)
    rows = count, has_steps = 1;
  for (int32_t axis = 0; axis < outer && has_steps && !is_dense && !has_fill; axis++) {
    const int32_t from = facet_table_step(in[axis], dimensions[axis]), to = facet_table_step(out[axis], dimensions[axis]);
    if (rows == 1 && to == 1 && from)
      rows = dimensions[axis], from_step = from;
    else if (columns == 1 && from == 1 && to)
      columns = dimensions[axis], to_step = to;
    else
      continue;
    dimensions[axis] = 1;
    break;
  }
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
    const uint8_t *source = facet_at(a->input, (from + in[outer][0]) * size);
    uint8_t *target = facet_at_mutable(a->output, (to + out[outer][0]) * size);
    if (has_steps && !fills && is_dense)
      memmove(target, source, (size_t)count * (size_t)size);
    else if (has_steps && !fills)
      facet_transpose(source, from_step * size, target, to_step * size, rows, columns, size);
    else if (size == 1)
      facet_rearrange_row(a, fills, from, to, in[outer], out[outer], count, 1);
    else
      facet_rearrange_row(a, fills, from, to, in[outer], out[outer], count, 4);
  } while (facet_grid_next(&g, dimensions, outer) >= 0);
}
#include "facet_small_end.h"
