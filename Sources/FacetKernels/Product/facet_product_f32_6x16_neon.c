#if defined(__aarch64__)
#include "facet_vector_f32_neon.h"
enum { ROWS = 6 };
#include "facet_product_f32.h"
#include "facet_product_f32_vector.h"
#include "facet_product_body.h"

/// Product of matrices through strides, float32: 6 rows by 16 columns, 24 accumulators, fused multiply-add.
void facet_product_f32_6x16_neon(const void *arguments, int32_t r0, int32_t r1) { product(arguments, r0, r1); }
#endif
