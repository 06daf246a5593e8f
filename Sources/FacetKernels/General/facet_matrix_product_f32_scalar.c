#include "facet_matrix_product_body.h"

/// Product of matrices for each of a batch, float32.
void facet_matrix_product_f32_scalar(const void *arguments, int32_t r0, int32_t r1) { facet_matrix_product_f32_body(arguments, r0, r1); }
