/// From sums to int8 results by RISC-V's vectors. Included after the target is set.
#ifndef FACET_REQUANTIZE_RVV_H
#define FACET_REQUANTIZE_RVV_H
#include "facet_sums_riscv.h"
#include <riscv_vector.h>

/// To the nearest integers of `p` (the engine's float mode), the zero point added, between the bounds. All saturates on the way, and bounds on bytes
/// are as good as those on `p`.
FACET_INLINE vint8m2_t facet_bytes_rvv(vfloat32m8_t p, int32_t zero, int32_t low, int32_t high, size_t vl) {
  const vint16m4_t q = __riscv_vsadd_vx_i16m4(__riscv_vnclip_wx_i16m4(__riscv_vfcvt_x_f_v_i32m8(p, vl), 0, __RISCV_VXRM_RDN, vl), (int16_t)zero, vl);
  const vint8m2_t bytes = __riscv_vnclip_wx_i8m2(q, 0, __RISCV_VXRM_RDN, vl);
  return __riscv_vmin_vx_i8m2(__riscv_vmax_vx_i8m2(bytes, (int8_t)low, vl), (int8_t)high, vl);
}

/// p and a residual's part.
FACET_INLINE vfloat32m8_t facet_with_residual_rvv(const facet_conv *c, vfloat32m8_t p, const int8_t *residual, size_t vl) {
  const vint16m4_t r = __riscv_vsub_vx_i16m4(__riscv_vsext_vf2_i16m4(__riscv_vle8_v_i8m2(residual, vl), vl), (int16_t)c->residual_zero, vl);
  return __riscv_vfadd_vv_f32m8(p, __riscv_vfmul_vf_f32m8(__riscv_vfwcvt_f_x_v_f32m8(r, vl), c->residual_multiplier, vl), vl);
}

/// `vl` sums of a pixel of a convolution to its output, with its residual or NULL.
FACET_INLINE void facet_store_products_rvv(const facet_conv *c, vint32m8_t sums, vfloat32m8_t multiplier, uint8_t *output, const int8_t *residual,
                                           size_t vl) {
  vfloat32m8_t p = __riscv_vfmul_vv_f32m8(__riscv_vfcvt_f_x_v_f32m8(sums, vl), multiplier, vl);
  if (residual) p = facet_with_residual_rvv(c, p, residual, vl);
  __riscv_vse8_v_i8m2((int8_t *)output, facet_bytes_rvv(p, c->zero, c->low, c->high, vl), vl);
}

/// The same; `multiplier` is that of the first.
FACET_INLINE void facet_store_sums_rvv(const facet_conv *c, vint32m8_t sums, const float *multiplier, uint8_t *output, const int8_t *residual,
                                       size_t vl) {
  facet_store_products_rvv(c, sums, __riscv_vle32_v_f32m8(multiplier, vl), output, residual, vl);
}

/// `vl` numbers to stored bytes: int(rne(x * scale)) + zero, bounded by int8; NaN gives the zero point.
FACET_INLINE vuint8m2_t facet_quantized_rvv(const float *in, float scale, int32_t zero, int32_t stored_unsigned, size_t vl) {
  const int32_t added = stored_unsigned ? 128 : 0;
  vfloat32m8_t p = __riscv_vfmul_vf_f32m8(__riscv_vle32_v_f32m8(in, vl), scale, vl);
  p = __riscv_vfmerge_vfm_f32m8(p, 0.0f, __riscv_vmfne_vv_f32m8_b4(p, p, vl), vl);
  const vint8m2_t q = facet_bytes_rvv(p, zero - added, INT8_MIN, INT8_MAX, vl);
  return __riscv_vxor_vx_u8m2(__riscv_vreinterpret_v_i8m2_u8m2(q), (uint8_t)added, vl);
}

#endif
