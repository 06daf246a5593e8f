/// Exponentials by RISC-V's vectors. Included after the target is set.
#ifndef FACET_EXP_F32_RVV_H
#define FACET_EXP_F32_RVV_H
#include "facet_internal.h"
#include <riscv_vector.h>

/// e^x for x <= 0 or not a number: the steps of facet_exp_f32.h.
FACET_INLINE vfloat32m8_t exponential(vfloat32m8_t x, size_t vl) {
  static const float factors[] = {0x1.123b02p-7f, 0x1.5558f8p-5f, 0x1.55549p-3f, 0x1.fffffcp-2f, 1.0f, 1.0f};
  const vfloat32m8_t s = __riscv_vfadd_vf_f32m8(__riscv_vfmul_vf_f32m8(x, 0x1.715476p+0f, vl), 12582912.0f, vl);
  const vfloat32m8_t f = __riscv_vfsub_vf_f32m8(s, 12582912.0f, vl);
  vfloat32m8_t r = __riscv_vfsub_vv_f32m8(x, __riscv_vfmul_vf_f32m8(f, 0x1.63p-1f, vl), vl);
  r = __riscv_vfsub_vv_f32m8(r, __riscv_vfmul_vf_f32m8(f, -0x1.bd0106p-13f, vl), vl);
  vfloat32m8_t q = __riscv_vfmv_v_f_f32m8(0x1.6a2256p-10f, vl);
  FACET_UNROLLED_FOR(int i = 0; i < 6; i++) q = __riscv_vfadd_vf_f32m8(__riscv_vfmul_vv_f32m8(q, r, vl), factors[i], vl);
  const vint32m8_t power = __riscv_vsll_vx_i32m8(__riscv_vadd_vx_i32m8(__riscv_vreinterpret_v_f32m8_i32m8(s), 127, vl), 23, vl);
  const vfloat32m8_t e = __riscv_vfmul_vv_f32m8(q, __riscv_vreinterpret_v_i32m8_f32m8(power), vl);
  return __riscv_vfmerge_vfm_f32m8(e, 0.0f, __riscv_vmflt_vf_f32m8_b4(x, -87.0f, vl), vl);
}

#endif
