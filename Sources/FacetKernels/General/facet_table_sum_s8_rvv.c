#if defined(__riscv) && __riscv_xlen == 64
#include "facet_internal.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include <riscv_vector.h>

enum { PARTIALS = 16 };

/// The mean, the sum, or the root of either, of a function of each channel's int8 elements: partial after partial of as many channels as fit, by
/// indexed loads.
void facet_table_sum_s8_rvv(const void *arguments, int32_t block0, int32_t block1) {
  facet_unary a = *(const facet_unary *)arguments;
  if (a.input_row == a.width * a.input_pixel) a.width *= a.height, a.height = 1; // one long row
  const uint8_t flip = a.stored_unsigned ? 0 : 0x80;                              // between the stored byte and q + 128
  const float *table = (const float *)(const void *)a.table;
  double partials[PARTIALS][FACET_TABLE_SUM_BLOCK];
  size_t first = (size_t)block0 * FACET_TABLE_SUM_BLOCK, end = (size_t)block1 * FACET_TABLE_SUM_BLOCK;
  if (end > (size_t)a.channels) end = (size_t)a.channels;
  for (size_t vl; first < end; first += vl) {
    const size_t left = end - first;
    vl = __riscv_vsetvl_e64m8(left < FACET_TABLE_SUM_BLOCK ? left : FACET_TABLE_SUM_BLOCK);
    FACET_ROLLED_FOR(int32_t i = 0; i < PARTIALS; i++) {
      vfloat64m8_t sums = __riscv_vfmv_v_f_f64m8(0.0, vl);
      const uint8_t *row = facet_at(a.input, (ptrdiff_t)first);
      FACET_ROLLED_FOR(int32_t x = i, y = 0;; x += PARTIALS) {
        FACET_ROLLED_FOR(; x >= a.width; x -= a.width) y++, row += a.input_row;
        if (y >= a.height) break;
        const vuint8m1_t bytes = __riscv_vle8_v_u8m1(row + x * a.input_pixel, vl);
        const vuint16m2_t at = __riscv_vwmulu_vx_u16m2(__riscv_vxor_vx_u8m1(bytes, flip, vl), sizeof(float), vl);
        sums = __riscv_vfwadd_wv_f64m8(sums, __riscv_vluxei16_v_f32m4(table, at, vl), vl);
      }
      __riscv_vse64_v_f64m8(partials[i], sums, vl);
    }
    FACET_ROLLED_FOR(int32_t k = PARTIALS / 2; k > 0; k /= 2) {
      FACET_ROLLED_FOR(int32_t j = 0; j < k; j++) {
        const vfloat64m8_t sums = __riscv_vle64_v_f64m8(partials[j + k], vl);
        __riscv_vse64_v_f64m8(partials[j], __riscv_vfadd_vv_f64m8(__riscv_vle64_v_f64m8(partials[j], vl), sums, vl), vl);
      }
    }
    vfloat64m8_t sums = __riscv_vfdiv_vf_f64m8(__riscv_vle64_v_f64m8(partials[0], vl), (double)a.alpha, vl);
    if (a.beta == 1.0f) sums = __riscv_vfsqrt_v_f64m8(sums, vl);
    __riscv_vse32_v_f32m4((float *)a.output + first, __riscv_vfncvt_f_f_w_f32m4(sums, vl), vl);
  }
}
#pragma clang attribute pop
#endif
