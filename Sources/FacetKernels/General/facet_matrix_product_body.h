/// Products of matrices, float32, rows [r0, r1) of all batches; included once per ISA. One with its own sums of columns defines FACET_PRODUCT_PARTS.
#ifndef FACET_MATRIX_PRODUCT_BODY_H
#define FACET_MATRIX_PRODUCT_BODY_H
#include "facet_internal.h"

/// Columns of the result that are summed together.
#define FACET_PRODUCT_COLUMNS 32

#ifndef FACET_PRODUCT_PARTS
/// `count` columns of one row: each sum from 0, products added in the order of the inner index.
FACET_INLINE void facet_matrix_product_part(const float *a, const float *b, float *output, int32_t inner, int32_t columns, int32_t count) {
  float sum[FACET_PRODUCT_COLUMNS] = {0};
  for (int32_t k = 0; k < inner; k++) {
    const float v = a[k], *row = b + (ptrdiff_t)k * columns;
    for (int32_t j = 0; j < count; j++) sum[j] += v * row[j];
  }
  memcpy(output, sum, (size_t)count * sizeof(float));
}

/// All columns of one row.
FACET_INLINE void facet_matrix_product_row(const float *a, const float *b, float *output, int32_t inner, int32_t columns) {
  int32_t j = 0;
  for (; j + FACET_PRODUCT_COLUMNS <= columns; j += FACET_PRODUCT_COLUMNS)
    facet_matrix_product_part(a, b + j, output + j, inner, columns, FACET_PRODUCT_COLUMNS);
  if (j < columns) facet_matrix_product_part(a, b + j, output + j, inner, columns, columns - j);
}
#endif

FACET_INLINE void facet_matrix_product_f32_body(const facet_matrix_product *m, int32_t r0, int32_t r1) {
  const int32_t inner = m->inner, columns = m->columns;
  for (int32_t r = r0; r < r1; r++) {
    int32_t batch = r / m->rows;
    ptrdiff_t a_offset = (ptrdiff_t)(r % m->rows) * inner, b_offset = 0;
    for (int32_t axis = 3; axis >= 0; axis--) {
      const int32_t index = batch % m->batch[axis];
      batch /= m->batch[axis];
      a_offset += (ptrdiff_t)index * m->a_strides[axis];
      b_offset += (ptrdiff_t)index * m->b_strides[axis];
    }
    facet_matrix_product_row(m->a + a_offset, m->b + b_offset, m->output + (ptrdiff_t)r * columns, inner, columns);
  }
}

#endif
