#if defined(__riscv) && __riscv_xlen == 64
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_requantize_rvv.h"

/// p of pixel `i`.
FACET_INLINE vfloat32m8_t result(const facet_conv *c, const facet_sums_riscv *s, int32_t i, vfloat32m8_t multiplier, size_t vl) {
  const vint32m8_t sums = __riscv_vle32_v_i32m8((const int32_t *)s->sums + i * s->step, vl);
  const vfloat32m8_t p = __riscv_vfmul_vv_f32m8(__riscv_vfcvt_f_x_v_f32m8(sums, vl), multiplier, vl);
  return c->residual ? facet_with_residual_rvv(c, p, facet_line_at(s->residual, s->residuals, i), vl) : p;
}

/// Pieces with their slopes, to load both at once.
typedef struct {
  _Alignas(int32_t) int16_t numbers[FACET_PIECES][2];
} pieces;

FACET_INLINE pieces pieces_of(const facet_conv *c) {
  pieces t;
  for (size_t i = 0, vl; i < FACET_PIECES; i += vl) {
    vl = __riscv_vsetvl_e16m4(FACET_PIECES - i);
    __riscv_vsseg2e16_v_i16m4x2(
        t.numbers[i], __riscv_vcreate_v_i16m4x2(__riscv_vle16_v_i16m4(c->pieces + i, vl), __riscv_vle16_v_i16m4(c->pieces + FACET_PIECES + i, vl)),
        vl);
  }
  return t;
}

/// Results by pieces: saturation of the sum to 16 bits is the clamp, vsmul the rounded product of a slope, vnclip the last steps. Of all ways to look
/// pieces up, one load for each takes least where loads by index, or a register's elements by index, go one by one.
FACET_INLINE vint8m2_t by_pieces(vfloat32m8_t p, const pieces *t, int32_t offset, size_t vl) {
  const vint32m8_t whole = __riscv_vsadd_vx_i32m8(__riscv_vfcvt_x_f_v_i32m8(p, vl), offset, vl);
  const vuint16m4_t v = __riscv_vreinterpret_v_i16m4_u16m4(__riscv_vnclip_wx_i16m4(whole, 0, __RISCV_VXRM_RNU, vl));
  const vuint16m4_t place = __riscv_vand_vx_u16m4(__riscv_vsrl_vx_u16m4(v, 8, vl), 0xFC, vl);
  const vint32m8_t both = __riscv_vluxei16_v_i32m8((const int32_t *)(const void *)t, place, vl);
  const vint16m4_t within = __riscv_vreinterpret_v_u16m4_i16m4(__riscv_vand_vx_u16m4(__riscv_vsll_vx_u16m4(v, 5, vl), 1023 << 5, vl));
  const vint16m4_t rise = __riscv_vsmul_vv_i16m4(__riscv_vnsra_wx_i16m4(both, 16, vl), within, __RISCV_VXRM_RNU, vl);
  return __riscv_vnclip_wx_i8m2(__riscv_vadd_vv_i16m4(__riscv_vnsra_wx_i16m4(both, 0, vl), rise, vl), 7, __RISCV_VXRM_RNU, vl);
}

/// p, below zero times a slope. Slopes are loaded again for each pixel, as there are no registers to keep them in.
FACET_INLINE vfloat32m8_t sloped(vfloat32m8_t p, const float *slopes, size_t vl) {
  __asm__("" : "+r"(slopes));
  return __riscv_vfmul_vv_f32m8_mu(__riscv_vmflt_vf_f32m8_b4(p, 0, vl), p, p, __riscv_vle32_v_f32m8(slopes, vl), vl);
}

FACET_INLINE vfloat32m8_t hard_swish(vfloat32m8_t p, float alpha, float beta, size_t vl) {
  const vfloat32m8_t t = __riscv_vfadd_vf_f32m8(__riscv_vfmul_vf_f32m8(p, alpha, vl), beta, vl);
  return __riscv_vfmul_vv_f32m8(p, __riscv_vfmin_vf_f32m8(__riscv_vfmax_vf_f32m8(t, 0, vl), 1, vl), vl);
}

/// Makes `bytes` of p, for each pixel.
#define EACH(bytes)                                                        \
  for (int32_t i = 0; i < s.pixels; i++) {                                 \
    const vfloat32m8_t p = result(&c, &s, i, multiplier, vl);              \
    __riscv_vse8_v_i8m2(facet_line_at(s.output, s.outputs, i), bytes, vl); \
  }

void facet_store_function_rvv(const facet_conv *arguments, const facet_sums_riscv *of) {
  const facet_conv c = *arguments; // copies, in which the results do not lie
  const facet_sums_riscv s = *of;
  const size_t vl = (size_t)s.count;
  const vfloat32m8_t multiplier = __riscv_vle32_v_f32m8(c.multiplier + s.first, vl);
  if (c.function == FACET_RESULT_SLOPES) {
    EACH(facet_bytes_rvv(sloped(p, c.slopes + s.first, vl), c.zero, c.low, c.high, vl))
  } else if (c.function == FACET_RESULT_HARD_SWISH) {
    EACH(facet_bytes_rvv(hard_swish(p, c.alpha, c.beta, vl), c.zero, c.low, c.high, vl))
  } else {
    const pieces t = pieces_of(&c);
    EACH(by_pieces(p, &t, c.offset, vl))
  }
}
#pragma clang attribute pop
#endif
