#if defined(__riscv) && __riscv_xlen == 64
#include "facet_binary_rows.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_requantize_rvv.h"

/// Elements minus their zero point.
FACET_INLINE vint16m4_t load(const int8_t *p, int32_t zero, size_t vl) {
  return __riscv_vwsub_vx_i16m4(__riscv_vle8_v_i8m2(p, vl), (int8_t)zero, vl);
}

FACET_INLINE void rows(const facet_binary *args, int32_t y0, int32_t y1, const int is_product) {
  const facet_binary m = facet_binary_merged(args, 1), *a = &m;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const int8_t *in_a = facet_at(a->a, y * a->a_row + x * a->a_pixel), *in_b = facet_at(a->b, y * a->b_row + x * a->b_pixel);
      int8_t *out = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      size_t left = (size_t)a->channels;
      for (size_t vl; left > 0; left -= vl, in_a += vl, in_b += vl, out += vl) {
        vl = __riscv_vsetvl_e8m2(left);
        const vint16m4_t va = load(in_a, a->a_zero, vl), vb = load(in_b, a->b_zero, vl);
        vfloat32m8_t p;
        if (is_product) {
          p = __riscv_vfmul_vf_f32m8(__riscv_vfcvt_f_x_v_f32m8(__riscv_vwmul_vv_i32m8(va, vb, vl), vl), a->a_multiplier, vl);
        } else {
          p = __riscv_vfmul_vf_f32m8(__riscv_vfwcvt_f_x_v_f32m8(va, vl), a->a_multiplier, vl);
          p = __riscv_vfadd_vv_f32m8(p, __riscv_vfmul_vf_f32m8(__riscv_vfwcvt_f_x_v_f32m8(vb, vl), a->b_multiplier, vl), vl);
        }
        __riscv_vse8_v_i8m2(out, facet_bytes_rvv(p, a->zero, a->low, a->high, vl), vl);
      }
    }
}

/// Sum of two tensors, int8, without scores or a repeated channel.
void facet_add_s8_rvv(const void *arguments, int32_t y0, int32_t y1) { rows(arguments, y0, y1, 0); }

/// Product of two tensors, int8, without scores or a repeated channel.
void facet_multiply_s8_rvv(const void *arguments, int32_t y0, int32_t y1) { rows(arguments, y0, y1, 1); }
#pragma clang attribute pop
#endif
