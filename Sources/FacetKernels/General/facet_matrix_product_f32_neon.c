#if defined(__aarch64__)
#include "facet_vector_f32_neon.h"

/// N vectors of columns of one row: each sum from 0, products added in the order of the inner index. `mask` says what there is of the last vector.
FACET_INLINE void part(const float *a, const float *b, float *output, int32_t inner, int32_t columns, vector_mask mask, const int N) {
  vector sum[4];
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) sum[i] = all_lanes(0.0f);
  FACET_ROLLED_FOR(int32_t k = 0; k < inner; k++, b += columns) {
    const vector v = all_lanes(a[k]);
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) sum[i] = add(sum[i], multiply(v, i < N - 1 ? load(b + i * LANES) : load_some(b + i * LANES, mask)));
  }
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) store_some(output + i * LANES, i < N - 1 ? (vector_mask){LANES} : mask, sum[i]);
}

FACET_INLINE void facet_matrix_product_row(const float *a, const float *b, float *output, int32_t inner, int32_t columns) {
  int32_t j = 0;
  for (; j + 4 * LANES <= columns; j += 4 * LANES) part(a, b + j, output + j, inner, columns, (vector_mask){LANES}, 4);
  for (; j < columns; j += LANES) part(a, b + j, output + j, inner, columns, first_lanes(columns - j), 1);
}
#define FACET_PRODUCT_PARTS
#include "facet_matrix_product_body.h"

/// Product of matrices for each of a batch, float32: 32 columns of a row at a time, each product and each sum rounded.
void facet_matrix_product_f32_neon(const void *arguments, int32_t r0, int32_t r1) { facet_matrix_product_f32_body(arguments, r0, r1); }
#endif
