#if defined(__riscv) && __riscv_xlen == 64
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_matrix_product_body.h"

/// Product of matrices for each of a batch, float32: the scalar loops, vectorized over columns, so the same bits.
void facet_matrix_product_f32_rvv(const void *arguments, int32_t r0, int32_t r1) { facet_matrix_product_f32_body(arguments, r0, r1); }
#pragma clang attribute pop
#endif
