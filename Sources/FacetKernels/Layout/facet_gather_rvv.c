#if defined(__riscv) && __riscv_xlen == 64
#include "facet_internal.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_requantize_rvv.h"

/// Pixels of three channels to an int8 tensor without gaps, by indexed loads from the channels' tables.
void facet_gather_u8_s8_rgb_rvv(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  const uint8_t flip = a->stored_unsigned ? 0 : 0x80; // between q + 128 and the stored byte
  const size_t most = __riscv_vsetvlmax_e8m4() / 3 * 3;
  const vuint16m8_t channel = __riscv_vremu_vx_u16m8(__riscv_vid_v_u16m8(most), 3, most), table = __riscv_vsll_vx_u16m8(channel, 8, most);
  for (int32_t y = y0; y < y1; y++) {
    size_t left = 3 * (size_t)a->width;
    const uint8_t *in = facet_at(a->input, (ptrdiff_t)y * (ptrdiff_t)left);
    uint8_t *out = facet_at_mutable(a->output, y * a->output_row);
    for (size_t vl; left > 0; left -= vl, in += vl, out += vl) {
      vl = left < most ? left : most;
      const vuint16m8_t index = __riscv_vwaddu_wv_u16m8(table, __riscv_vle8_v_u8m4(in, vl), vl);
      const vuint8m4_t q = __riscv_vluxei16_v_u8m4(a->table, index, vl);
      __riscv_vse8_v_u8m4(out, __riscv_vxor_vx_u8m4(q, flip, vl), vl);
    }
  }
}

/// Pixels less a mean image to an int8 tensor without gaps between pixels: p * factor - mean, each rounded.
void facet_gather_mean_s8_rvv(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  const int32_t added = a->stored_unsigned ? 128 : 0, zero = a->zero - added;
  const size_t channels = (size_t)a->channels, elements = (size_t)a->width * channels, most = __riscv_vsetvlmax_e32m8() / channels * channels;
  const vuint32m8_t channel = __riscv_vremu_vx_u32m8(__riscv_vid_v_u32m8(most), (uint32_t)channels, most);
  const vfloat32m8_t factors = __riscv_vluxei32_v_f32m8(a->factors, __riscv_vsll_vx_u32m8(channel, 2, most), most);
  for (int32_t y = y0; y < y1; y++) {
    const uint8_t *in = facet_at(a->input, y * (ptrdiff_t)elements);
    const float *means = a->means + y * (ptrdiff_t)elements;
    uint8_t *out = facet_at_mutable(a->output, y * a->output_row);
    size_t left = elements;
    for (size_t vl; left > 0; left -= vl, in += vl, means += vl, out += vl) {
      vl = left < most ? left : most;
      const vuint16m4_t bytes = __riscv_vzext_vf2_u16m4(__riscv_vle8_v_u8m2(in, vl), vl);
      const vfloat32m8_t p = __riscv_vfmul_vv_f32m8(__riscv_vfwcvt_f_xu_v_f32m8(bytes, vl), factors, vl);
      const vint8m2_t q = facet_bytes_rvv(__riscv_vfsub_vv_f32m8(p, __riscv_vle32_v_f32m8(means, vl), vl), zero, INT8_MIN, INT8_MAX, vl);
      __riscv_vse8_v_u8m2(out, __riscv_vxor_vx_u8m2(__riscv_vreinterpret_v_i8m2_u8m2(q), (uint8_t)added, vl), vl);
    }
  }
}

/// Planar float32 to an int8 tensor.
void facet_gather_f32_s8_rvv(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  for (int32_t i = 0; i < a->channels; i++)
    for (int32_t y = y0; y < y1; y++) {
      const float *in = (const float *)a->input + ((ptrdiff_t)i * a->height + y) * a->width;
      uint8_t *out = (uint8_t *)facet_at_mutable(a->output, y * a->output_row) + i;
      size_t left = (size_t)a->width;
      for (size_t vl; left > 0; left -= vl, in += vl, out += (ptrdiff_t)vl * a->output_pixel) {
        vl = __riscv_vsetvl_e32m8(left);
        __riscv_vsse8_v_u8m2(out, a->output_pixel, facet_quantized_rvv(in, a->multiplier, a->zero, a->stored_unsigned, vl), vl);
      }
    }
}

/// Planar float32 to a float32 tensor.
void facet_gather_f32_f32_rvv(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  for (int32_t i = 0; i < a->channels; i++)
    for (int32_t y = y0; y < y1; y++) {
      const float *in = (const float *)a->input + ((ptrdiff_t)i * a->height + y) * a->width;
      float *out = (float *)facet_at_mutable(a->output, y * a->output_row) + i;
      size_t left = (size_t)a->width;
      for (size_t vl; left > 0; left -= vl, in += vl, out = facet_at_mutable(out, (ptrdiff_t)vl * a->output_pixel)) {
        vl = __riscv_vsetvl_e32m8(left);
        __riscv_vsse32_v_f32m8(out, a->output_pixel, __riscv_vle32_v_f32m8(in, vl), vl);
      }
    }
}
#pragma clang attribute pop
#endif
