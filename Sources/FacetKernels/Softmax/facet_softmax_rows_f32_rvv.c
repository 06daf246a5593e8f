#if defined(__riscv) && __riscv_xlen == 64
#include "facet_internal.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "../facet_exp_f32_rvv.h"
#include "../facet_requantize_rvv.h"

/// Exponentials that are kept from the sum to the quotients. Of longer rows they are computed a second time.
enum { PARTIALS = 16, PIECE = 512 };

/// The largest of a row. Of a row with NaN any number: its result is NaN in any case.
FACET_INLINE float largest_of(const float *in, size_t count) {
  vfloat32m1_t largest = __riscv_vfmv_s_f_f32m1(-__builtin_inff(), 1);
  for (size_t i = 0, vl; i < count; i += vl) {
    vl = __riscv_vsetvl_e32m8(count - i);
    largest = __riscv_vfredmax_vs_f32m8_f32m1(__riscv_vle32_v_f32m8(in + i, vl), largest, vl);
  }
  return __riscv_vfmv_f_s_f32m1_f32(largest);
}

/// Of `count` <= PIECE elements; adds element i to sum i mod 16.
FACET_INLINE vfloat64m8_t exponentials(const float *in, size_t count, float largest, float *e, vfloat64m8_t sums) {
  for (size_t i = 0, vl; i < count; i += vl) {
    vl = __riscv_vsetvl_e32m8(count - i);
    __riscv_vse32_v_f32m8(e + i, exponential(__riscv_vfsub_vf_f32m8(__riscv_vle32_v_f32m8(in + i, vl), largest, vl), vl), vl);
  }
  for (size_t i = 0; i < count; i += PARTIALS) {
    const size_t vl = count - i < PARTIALS ? count - i : PARTIALS;
    sums = __riscv_vfwadd_wv_f64m8_tu(sums, sums, __riscv_vle32_v_f32m4(e + i, vl), vl);
  }
  return sums;
}

FACET_INLINE void quotients(const facet_softmax *a, const float *e, size_t count, float sum, uint8_t *out) {
  for (size_t i = 0, vl; i < count; i += vl) {
    vl = __riscv_vsetvl_e32m8(count - i);
    vfloat32m8_t p = __riscv_vfdiv_vf_f32m8(__riscv_vle32_v_f32m8(e + i, vl), sum, vl);
    if (a->float_output) {
      __riscv_vse32_v_f32m8((float *)(void *)out + i, p, vl);
      continue;
    }
    p = __riscv_vfmul_vf_f32m8(p, a->multiplier, vl);
    p = __riscv_vfmerge_vfm_f32m8(p, 0.0f, __riscv_vmfne_vv_f32m8_b4(p, p, vl), vl);
    const vuint8m2_t q = __riscv_vreinterpret_v_i8m2_u8m2(facet_bytes_rvv(p, -128, INT8_MIN, INT8_MAX, vl));
    __riscv_vse8_v_u8m2(out + i, __riscv_vxor_vx_u8m2(q, a->stored_unsigned ? 0x80 : 0, vl), vl);
  }
}

/// Softmax of each pixel's channels, float32 to float32 or int8.
void facet_softmax_rows_f32_rvv(const void *arguments, int32_t y0, int32_t y1) {
  const facet_softmax *a = arguments;
  const size_t n = (size_t)a->channels;
  float e[PIECE];
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const float *in = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *out = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      const float largest = largest_of(in, n);
      vfloat64m8_t sums = __riscv_vfmv_v_f_f64m8(0.0, PARTIALS);
      for (size_t i = 0; i < n; i += PIECE) sums = exponentials(in + i, n - i < PIECE ? n - i : PIECE, largest, e, sums);
      double t[PARTIALS];
      __riscv_vse64_v_f64m8(t, sums, PARTIALS);
      for (int32_t k = PARTIALS / 2; k > 0; k /= 2)
        for (int32_t j = 0; j < k; j++) t[j] += t[j + k];
      for (size_t i = 0; i < n; i += PIECE) {
        const size_t count = n - i < PIECE ? n - i : PIECE;
        if (n > PIECE) exponentials(in + i, count, largest, e, sums);
        quotients(a, e, count, (float)t[0], out + i * (a->float_output ? 4 : 1));
      }
    }
}
#pragma clang attribute pop
#endif
