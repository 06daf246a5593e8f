/// What the float32 kernels of RISC-V's vectors share. Included after the target is set.
#ifndef FACET_VECTOR_F32_RVV_H
#define FACET_VECTOR_F32_RVV_H
#include "facet_internal.h"
#include <riscv_vector.h>

/// Clamp of float32 results, as facet_clamp: NaN stays, and of two zeros the first one, which vfmax.vf would not keep.
FACET_INLINE vfloat32m8_t facet_clamp_rvv(vfloat32m8_t v, float low, float high, size_t vl) {
  v = __riscv_vfmerge_vfm_f32m8(v, low, __riscv_vmflt_vf_f32m8_b4(v, low, vl), vl);
  return __riscv_vfmerge_vfm_f32m8(v, high, __riscv_vmfgt_vf_f32m8_b4(v, high, vl), vl);
}

#endif
