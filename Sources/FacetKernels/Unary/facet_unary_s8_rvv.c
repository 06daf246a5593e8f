#if defined(__riscv) && __riscv_xlen == 64
#include "facet_unary_body.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_requantize_rvv.h"

/// Any function of one int8 input, by a table of 256 entries: indexed loads from one of stored bytes.
void facet_table_s8_rvv(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(arguments, 1, 1), *a = &m;
  const uint8_t flip = a->stored_unsigned ? 0 : 0x80; // between q' + 128 and the stored byte
  uint8_t table[256];
  FACET_ROLLED_FOR(int i = 0; i < 256; i++) table[i] = a->table[i ^ flip] ^ flip;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const uint8_t *in = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *out = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      size_t left = (size_t)a->channels;
      for (size_t vl; left > 0; left -= vl, in += vl, out += vl) {
        vl = __riscv_vsetvl_e8m8(left);
        __riscv_vse8_v_u8m8(out, __riscv_vluxei8_v_u8m8(table, __riscv_vle8_v_u8m8(in, vl), vl), vl);
      }
    }
}

/// A function of one int8 input that differs from channel to channel, by 256 entries for each: indexed loads from all tables at once.
void facet_channel_table_s8_rvv(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary a = *(const facet_unary *)arguments;
  const int32_t flip = a.stored_unsigned ? 0 : 0x80; // between q' + 128 and the stored byte
  const size_t all = __riscv_vsetvlmax_e8m4(), most = all < 256 ? all : 256; // places of 16 bits
  const vuint16m8_t tables = __riscv_vsll_vx_u16m8(__riscv_vid_v_u16m8(most), 8, most);
  for (int32_t y = y0; y < y1; y++) {
    const uint8_t *from = facet_at(a.input, y * a.input_row);
    uint8_t *to = facet_at_mutable(a.output, y * a.output_row);
    for (int32_t x = a.width; x > 0; x--, from += a.input_pixel, to += a.output_pixel) {
      const uint8_t *in = from, *table = a.table;
      uint8_t *out = to;
      size_t left = (size_t)a.channels;
      for (size_t vl; left > 0; left -= vl, in += vl, out += vl, table += 256 * vl) {
        vl = left < most ? left : most;
        const vuint8m4_t place = __riscv_vxor_vx_u8m4(__riscv_vle8_v_u8m4(in, vl), (uint8_t)flip, vl);
        const vuint8m4_t q = __riscv_vluxei16_v_u8m4(table, __riscv_vwaddu_wv_u16m8(tables, place, vl), vl);
        __riscv_vse8_v_u8m4(out, __riscv_vxor_vx_u8m4(q, (uint8_t)flip, vl), vl);
      }
    }
  }
}

/// int8 to float32.
void facet_dequantize_s8_rvv(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(arguments, 1, sizeof(float)), *a = &m;
  const uint8_t flip = a->stored_unsigned ? 0x80 : 0;
  const int8_t zero = (int8_t)(a->input_zero - flip);
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const uint8_t *in = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      float *out = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      size_t left = (size_t)a->channels;
      for (size_t vl; left > 0; left -= vl, in += vl, out += vl) {
        vl = __riscv_vsetvl_e8m2(left);
        const vint8m2_t q = __riscv_vreinterpret_v_u8m2_i8m2(__riscv_vxor_vx_u8m2(__riscv_vle8_v_u8m2(in, vl), flip, vl));
        const vfloat32m8_t v = __riscv_vfwcvt_f_x_v_f32m8(__riscv_vwsub_vx_i16m4(q, zero, vl), vl);
        __riscv_vse32_v_f32m8(out, __riscv_vfmul_vf_f32m8(v, a->scale, vl), vl);
      }
    }
}

/// float32 to int8.
void facet_quantize_f32_rvv(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(arguments, sizeof(float), 1), *a = &m;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const float *in = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *out = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      size_t left = (size_t)a->channels;
      for (size_t vl; left > 0; left -= vl, in += vl, out += vl) {
        vl = __riscv_vsetvl_e32m8(left);
        __riscv_vse8_v_u8m2(out, facet_quantized_rvv(in, a->scale, a->output_zero, a->stored_unsigned, vl), vl);
      }
    }
}
#pragma clang attribute pop
#endif
