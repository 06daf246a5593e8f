#include "facet_small.h"
#include "facet_fma_f32.h"
enum { ROWS = 4 };
#include "facet_product_f32.h"

FACET_INLINE void fused(float *acc, float x, const float *b) {
  for (int32_t j = 0; j < COLUMNS; j++) acc[j] = facet_fma_f32(x, b[j], acc[j]);
}
#include "facet_product_f32_chain.h"
#include "facet_product_body.h"

/// Product of matrices through strides, float32.
void facet_product_f32_scalar(const void *arguments, int32_t r0, int32_t r1) { product(arguments, r0, r1); }
#include "facet_small_end.h"
