#if defined(__riscv) && __riscv_xlen == 64
#include "facet_pool_taps.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_requantize_rvv.h"

/// Max pooling, int8. Signed bytes pass as unsigned ones with their highest bits turned.
void facet_max_pool_s8_rvv(const void *arguments, int32_t y0, int32_t y1) {
  const facet_pool *a = arguments;
  const uint8_t flip = a->stored_unsigned ? 0x80 : 0;
  for (int32_t y = y0; y < y1; y++) {
    const facet_window rows = facet_pool_rows_at(a, y);
    for (int32_t x = 0; x < a->out_width; x++) {
      const facet_pool_taps w = facet_pool_taps_at(a, rows, x);
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (size_t i = 0, vl; i < (size_t)a->channels; i += vl) {
        vl = __riscv_vsetvl_e8m8((size_t)a->channels - i);
        vint8m8_t best = __riscv_vmv_v_x_i8m8(INT8_MIN, vl);
        const uint8_t *row = w.first + i;
        for (int32_t ky = w.rows; ky > 0; ky--, row += w.row) {
          const uint8_t *in = row;
          for (int32_t kx = w.columns; kx > 0; kx--, in += w.pixel) {
            const vuint8m8_t v = __riscv_vxor_vx_u8m8(__riscv_vle8_v_u8m8(in, vl), flip, vl);
            best = __riscv_vmax_vv_i8m8(best, __riscv_vreinterpret_v_u8m8_i8m8(v), vl);
          }
        }
        __riscv_vse8_v_u8m8(output + i, __riscv_vxor_vx_u8m8(__riscv_vreinterpret_v_i8m8_u8m8(best), flip, vl), vl);
      }
    }
  }
}

/// Sums of a window on top of `initial`: in 16 bits over up to 128 columns, as signed bytes.
FACET_INLINE vint32m8_t sum(const facet_pool_taps *w, const uint8_t *row, uint8_t flip, int32_t initial, size_t vl) {
  enum { MOST = 128 };
  vint32m8_t sums = __riscv_vmv_v_x_i32m8(initial, vl);
  for (int32_t ky = w->rows; ky > 0; ky--, row += w->row) {
    const uint8_t *in = row;
    for (int32_t left = w->columns; left > 0; left -= MOST) {
      vint16m4_t some = __riscv_vmv_v_x_i16m4(0, vl);
      for (int32_t kx = left < MOST ? left : MOST; kx > 0; kx--, in += w->pixel) {
        const vuint8m2_t v = __riscv_vxor_vx_u8m2(__riscv_vle8_v_u8m2(in, vl), flip, vl);
        some = __riscv_vwadd_wv_i16m4(some, __riscv_vreinterpret_v_u8m2_i8m2(v), vl);
      }
      sums = __riscv_vwadd_wv_i32m8(sums, some, vl);
    }
  }
  return sums;
}

/// Average pooling, int8.
void facet_average_pool_s8_rvv(const void *arguments, int32_t y0, int32_t y1) {
  const facet_pool *a = arguments;
  const int32_t added = a->stored_unsigned ? 128 : 0;
  for (int32_t y = y0; y < y1; y++) {
    const facet_window rows = facet_pool_rows_at(a, y);
    for (int32_t x = 0; x < a->out_width; x++) {
      const facet_pool_taps w = facet_pool_taps_at(a, rows, x);
      const int32_t initial = (int32_t)(0u - (uint32_t)(w.rows * w.columns) * (uint32_t)(a->input_zero - added));
      for (size_t i = 0, vl; i < (size_t)a->channels; i += vl) {
        vl = __riscv_vsetvl_e8m2((size_t)a->channels - i);
        const vfloat32m8_t sums = __riscv_vfcvt_f_x_v_f32m8(sum(&w, w.first + i, (uint8_t)added, initial, vl), vl);
        if (a->scores) {
          float *scores = (float *)facet_at_mutable(a->scores, y * a->scores_row + x * a->scores_pixel) + i;
          __riscv_vse32_v_f32m8(scores, __riscv_vfmul_vf_f32m8(sums, a->scores_multiplier[w.index], vl), vl);
        }
        if (a->output) {
          uint8_t *output = (uint8_t *)facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel) + i;
          const vint8m2_t q =
              facet_bytes_rvv(__riscv_vfmul_vf_f32m8(sums, a->multiplier[w.index], vl), a->zero - added, a->low - added, a->high - added, vl);
          __riscv_vse8_v_u8m2(output, __riscv_vxor_vx_u8m2(__riscv_vreinterpret_v_i8m2_u8m2(q), (uint8_t)added, vl), vl);
        }
      }
    }
  }
}
#pragma clang attribute pop
#endif
