#if defined(__riscv) && __riscv_xlen == 64
#include "facet_internal.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "../facet_requantize_rvv.h"
#define FACET_PRODUCT_GROUP 1
enum { ROWS = 3 };
#include "facet_product_s8.h"

typedef vint32m8_t vsums;
typedef vint16m4_t vcolumns;
#define no_sums __riscv_vmv_v_x_i32m8
#define load_sums __riscv_vle32_v_i32m8
#define store_sums __riscv_vse32_v_i32m8
#define load_columns __riscv_vle16_v_i16m4
#define multiply_add __riscv_vwmacc_vx_i32m8
#include "facet_product_tile_rvv.h"

FACET_INLINE void store_tile(const facet_product *p, uint8_t *output, sum (*sums)[COLUMNS], int32_t rows, int32_t columns) {
  const size_t vl = __riscv_vsetvl_e32m8(COLUMNS);
  FACET_ROLLED_FOR(int32_t i = 0; i < rows; i++, output += p->output_row * output_size(p)) {
    const vfloat32m8_t v = __riscv_vfmul_vf_f32m8(__riscv_vfcvt_f_x_v_f32m8(__riscv_vle32_v_i32m8(sums[i], vl), vl), p->multiplier, vl);
    if (p->float_output) {
      float floats[COLUMNS];
      __riscv_vse32_v_f32m8(floats, v, vl);
      store_floats(p, output, floats, columns);
    } else {
      int8_t bytes[COLUMNS];
      __riscv_vse8_v_i8m2(bytes, facet_bytes_rvv(v, p->zero, p->low, p->high, vl), vl);
      store_row(p, output, bytes, columns);
    }
  }
}
#include "facet_product_body.h"

/// Product of matrices through strides, int8, stored signed: 3 rows by 32 columns of 16-bit numbers less their zero points.
void facet_product_s8_3x32_rvv(const void *arguments, int32_t r0, int32_t r1) { product(arguments, r0, r1); }
#pragma clang attribute pop
#endif
