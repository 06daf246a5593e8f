#if defined(__riscv) && __riscv_xlen == 64
#include "facet_internal.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include <riscv_vector.h>
enum { ROWS = 3 };
#include "facet_product_f32.h"

typedef vfloat32m8_t vsums, vcolumns;
#define no_sums __riscv_vfmv_v_f_f32m8
#define load_sums __riscv_vle32_v_f32m8
#define store_sums __riscv_vse32_v_f32m8
#define load_columns __riscv_vle32_v_f32m8
#define multiply_add __riscv_vfmacc_vf_f32m8
#include "facet_product_tile_rvv.h"
#include "facet_product_body.h"

/// Product of matrices through strides, float32: 3 rows by 32 columns, fused multiply-add.
void facet_product_f32_3x32_rvv(const void *arguments, int32_t r0, int32_t r1) { product(arguments, r0, r1); }
#pragma clang attribute pop
#endif
