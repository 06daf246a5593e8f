#if defined(__riscv) && __riscv_xlen == 64
#include "facet_internal.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include <riscv_vector.h>
enum { ROWS = 3 };
#include "facet_product_f32.h"

/// Three rows by 32 columns, sums of 8 registers at 128 bits; rows that do not exist repeat the last.
FACET_INLINE void tile(const packed_a *const row[], const packed_b *b, int32_t steps, const sum *initial, const sum *of_rows, sum (*sums)[COLUMNS],
                       int32_t more, const int N) {
  (void)initial, (void)of_rows;
  const size_t vl = __riscv_vsetvl_e32m8(COLUMNS);
  const packed_a *a0 = row[0], *a1 = row[N > 1 ? 1 : 0], *a2 = row[N > 2 ? 2 : 0];
  vfloat32m8_t s0 = __riscv_vfmv_v_f_f32m8(0.0f, vl), s1 = s0, s2 = s0;
  if (more) {
    s0 = __riscv_vle32_v_f32m8(sums[0], vl);
    if (N > 1) s1 = __riscv_vle32_v_f32m8(sums[1], vl), s2 = __riscv_vle32_v_f32m8(sums[2], vl);
  }
  FACET_ROLLED_FOR(int32_t k = 0; k < steps; k++, b += COLUMNS) {
    const vfloat32m8_t w = __riscv_vle32_v_f32m8(b, vl);
    s0 = __riscv_vfmacc_vf_f32m8(s0, a0[k], w, vl);
    if (N > 1) s1 = __riscv_vfmacc_vf_f32m8(s1, a1[k], w, vl), s2 = __riscv_vfmacc_vf_f32m8(s2, a2[k], w, vl);
  }
  __riscv_vse32_v_f32m8(sums[0], s0, vl);
  if (N > 1) __riscv_vse32_v_f32m8(sums[1], s1, vl), __riscv_vse32_v_f32m8(sums[2], s2, vl);
}
#include "facet_product_body.h"

/// Product of matrices through strides, float32: 3 rows by 32 columns, fused multiply-add.
void facet_product_f32_3x32_rvv(const void *arguments, int32_t r0, int32_t r1) { product(arguments, r0, r1); }
#pragma clang attribute pop
#endif
