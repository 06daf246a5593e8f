#if defined(__riscv) && __riscv_xlen == 64
#include "facet_binary_rows.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_vector_f32_rvv.h"

/// `vl` elements from `i` on, or a repeated one.
FACET_INLINE vfloat32m8_t load(const float *pixel, ptrdiff_t channel, size_t i, size_t vl) {
  return channel ? __riscv_vle32_v_f32m8(pixel + i, vl) : __riscv_vfmv_v_f_f32m8(pixel[0], vl);
}

FACET_INLINE void rows(const facet_binary *args, int32_t y0, int32_t y1, const int is_product) {
  const facet_binary m = facet_binary_merged(args, sizeof(float)), *a = &m;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const float *in_a = facet_at(a->a, y * a->a_row + x * a->a_pixel), *in_b = facet_at(a->b, y * a->b_row + x * a->b_pixel);
      float *out = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (size_t i = 0, vl; i < (size_t)a->channels; i += vl) {
        vl = __riscv_vsetvl_e32m8((size_t)a->channels - i);
        const vfloat32m8_t va = load(in_a, a->a_channel, i, vl), vb = load(in_b, a->b_channel, i, vl);
        const vfloat32m8_t v = is_product ? __riscv_vfmul_vv_f32m8(va, vb, vl) : __riscv_vfadd_vv_f32m8(va, vb, vl);
        __riscv_vse32_v_f32m8(out + i, facet_clamp_rvv(v, a->low_f, a->high_f, vl), vl);
      }
    }
}

/// Sum of two tensors, float32.
void facet_add_f32_rvv(const void *arguments, int32_t y0, int32_t y1) { rows(arguments, y0, y1, 0); }

/// Product of two tensors, float32.
void facet_multiply_f32_rvv(const void *arguments, int32_t y0, int32_t y1) { rows(arguments, y0, y1, 1); }
#pragma clang attribute pop
#endif
