#define FACET_SMALL_ON_ARM
#include "facet_small.h"
#define FACET_PRODUCT_GROUP 1
enum { ROWS = 4 };
#include "facet_product_s8.h"

FACET_INLINE void tile(const packed_a *const row[], const packed_b *b, int32_t steps, const sum *initial, const sum *of_rows, sum (*sums)[COLUMNS],
                       int32_t more, const int N) {
  (void)initial, (void)of_rows;
  for (int32_t i = 0; i < N; i++) {
    sum own[COLUMNS] = {0};
    if (more) memcpy(own, sums[i], sizeof own);
    for (int32_t k = 0; k < steps; k++)
      for (int32_t j = 0; j < COLUMNS; j++) own[j] += row[i][k] * b[k * COLUMNS + j];
    memcpy(sums[i], own, sizeof own);
  }
}

FACET_INLINE void store_tile(const facet_product *p, uint8_t *output, sum (*sums)[COLUMNS], int32_t rows, int32_t columns) {
  store_any(p, output, sums, rows, columns);
}
#include "facet_product_body.h"

/// Product of matrices through strides, int8.
void facet_product_s8_scalar(const void *arguments, int32_t r0, int32_t r1) { product(arguments, r0, r1); }
#include "facet_small_end.h"
