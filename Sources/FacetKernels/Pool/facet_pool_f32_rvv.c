#if defined(__riscv) && __riscv_xlen == 64
#include "facet_pool_taps.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_vector_f32_rvv.h"

/// Max and average pooling, taps in order. A larger one is what is greater: vfmax.vf orders zeros, too.
FACET_INLINE void rows(const facet_pool *a, int32_t y0, int32_t y1, const int is_mean) {
  for (int32_t y = y0; y < y1; y++) {
    const facet_window r = facet_pool_rows_at(a, y);
    for (int32_t x = 0; x < a->out_width; x++) {
      const facet_pool_taps t = facet_pool_taps_at(a, r, x);
      float *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (size_t i = 0, vl; i < (size_t)a->channels; i += vl) {
        vl = __riscv_vsetvl_e32m8((size_t)a->channels - i);
        vfloat32m8_t acc = __riscv_vfmv_v_f_f32m8(is_mean ? 0.0f : -__builtin_inff(), vl);
        const uint8_t *row = t.first + 4 * i;
        for (int32_t ky = t.rows; ky > 0; ky--, row += t.row) {
          const uint8_t *in = row;
          for (int32_t kx = t.columns; kx > 0; kx--, in += t.pixel) {
            const vfloat32m8_t v = __riscv_vle32_v_f32m8((const float *)in, vl);
            acc = is_mean ? __riscv_vfadd_vv_f32m8(acc, v, vl) : __riscv_vmerge_vvm_f32m8(acc, v, __riscv_vmfgt_vv_f32m8_b4(v, acc, vl), vl);
          }
        }
        __riscv_vse32_v_f32m8(output + i, is_mean ? __riscv_vfdiv_vf_f32m8(acc, (float)(t.counted < 1 ? 1 : t.counted), vl) : acc, vl);
      }
    }
  }
}

/// Max pooling, float32.
void facet_max_pool_f32_rvv(const void *arguments, int32_t y0, int32_t y1) { rows(arguments, y0, y1, 0); }

/// Average pooling, float32.
void facet_average_pool_f32_rvv(const void *arguments, int32_t y0, int32_t y1) { rows(arguments, y0, y1, 1); }
#pragma clang attribute pop
#endif
