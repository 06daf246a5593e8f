/// Where results of a product go: what its kernels share.
#ifndef FACET_PRODUCT_STORE_H
#define FACET_PRODUCT_STORE_H
#include "facet_internal.h"

/// Columns of the result that are summed together, and bytes of packed columns.
enum { COLUMNS = 32, PANEL_BYTES = 32768 };

FACET_INLINE ptrdiff_t output_size(const facet_product *p) { return p->float_output ? 4 : 1; }

/// Result (r, c) of the matrix at `output`.
FACET_INLINE uint8_t *place_of(const facet_product *p, uint8_t *output, int32_t r, int32_t c) {
  return output + (r * p->output_row + c * p->output_column) * output_size(p);
}

/// Columns of one row that do not lie side by side.
FACET_OUTLINE void scatter(const facet_product *p, uint8_t *output, const void *from, int32_t columns) {
  if (p->float_output)
    for (int32_t j = 0; j < columns; j++) memcpy(output + j * p->output_column * 4, (const uint8_t *)from + j * 4, 4);
  else
    for (int32_t j = 0; j < columns; j++) output[j * p->output_column] = ((const uint8_t *)from)[j];
}

FACET_INLINE void store_row(const facet_product *p, uint8_t *output, const void *from, int32_t columns) {
  const size_t size = (size_t)output_size(p);
  if (p->output_column != 1)
    scatter(p, output, from, columns);
  else if (columns == COLUMNS)
    memcpy(output, from, COLUMNS * size);
  else
    memcpy(output, from, (size_t)columns * size);
}

/// One row of products to float32 results.
FACET_INLINE void store_floats(const facet_product *p, uint8_t *output, const float v[COLUMNS], int32_t columns) {
  float result[COLUMNS];
  for (int32_t j = 0; j < COLUMNS; j++) result[j] = facet_clamp(v[j], p->low_f, p->high_f);
  store_row(p, output, result, columns);
}

#endif
