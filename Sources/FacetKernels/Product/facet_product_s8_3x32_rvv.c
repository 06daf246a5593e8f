#if defined(__riscv) && __riscv_xlen == 64
#include "facet_internal.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "../facet_requantize_rvv.h"
#define FACET_PRODUCT_GROUP 1
enum { ROWS = 3 };
#include "facet_product_s8.h"

/// Three rows by 32 columns, sums of 8 registers at 128 bits; rows that do not exist repeat the last.
FACET_INLINE void tile(const packed_a *const row[], const packed_b *b, int32_t steps, const sum *initial, const sum *of_rows, sum (*sums)[COLUMNS],
                       int32_t more, const int N) {
  (void)initial, (void)of_rows;
  const size_t vl = __riscv_vsetvl_e32m8(COLUMNS);
  const packed_a *a0 = row[0], *a1 = row[N > 1 ? 1 : 0], *a2 = row[N > 2 ? 2 : 0];
  vint32m8_t s0 = __riscv_vmv_v_x_i32m8(0, vl), s1 = s0, s2 = s0;
  if (more) {
    s0 = __riscv_vle32_v_i32m8(sums[0], vl);
    if (N > 1) s1 = __riscv_vle32_v_i32m8(sums[1], vl), s2 = __riscv_vle32_v_i32m8(sums[2], vl);
  }
  FACET_ROLLED_FOR(int32_t k = 0; k < steps; k++, b += COLUMNS) {
    const vint16m4_t w = __riscv_vle16_v_i16m4(b, vl);
    s0 = __riscv_vwmacc_vx_i32m8(s0, a0[k], w, vl);
    if (N > 1) s1 = __riscv_vwmacc_vx_i32m8(s1, a1[k], w, vl), s2 = __riscv_vwmacc_vx_i32m8(s2, a2[k], w, vl);
  }
  __riscv_vse32_v_i32m8(sums[0], s0, vl);
  if (N > 1) __riscv_vse32_v_i32m8(sums[1], s1, vl), __riscv_vse32_v_i32m8(sums[2], s2, vl);
}

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
