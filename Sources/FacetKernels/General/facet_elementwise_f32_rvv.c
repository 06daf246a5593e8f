#if defined(__riscv) && __riscv_xlen == 64
#include "facet_elementwise.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include <riscv_vector.h>

/// Some numbers of an operand, which may be repeated or lie apart.
FACET_INLINE vfloat32m4_t load(const float *from, ptrdiff_t step, size_t vl) {
  if (step == 1) return __riscv_vle32_v_f32m4(from, vl);
  if (step == 0) return __riscv_vfmv_v_f_f32m4(*from, vl);
  return __riscv_vlse32_v_f32m4(from, step * (ptrdiff_t)sizeof(float), vl);
}

/// A row of `count` results.
FACET_INLINE void row(int32_t function, const float *a, ptrdiff_t a_step, const float *b, ptrdiff_t b_step, float *output, int32_t count) {
  for (size_t vl, left = (size_t)count; left > 0; left -= vl, output += vl, a += (ptrdiff_t)vl * a_step, b += (ptrdiff_t)vl * b_step) {
    vl = __riscv_vsetvl_e32m4(left);
    const vfloat32m4_t x = load(a, a_step, vl), y = load(b, b_step, vl), zero = __riscv_vfmv_v_f_f32m4(0.0f, vl);
    const vfloat32m4_t nothing = __riscv_vfmv_v_f_f32m4(-0.0f, vl);
    const vbool8_t is_nan = __riscv_vmfne_vv_f32m4_b8(y, y, vl), is_zero = __riscv_vmfeq_vf_f32m4_b8(y, 0.0f, vl);
    vfloat32m4_t r;
    switch (function) {
    case FACET_ADD: r = __riscv_vfadd_vv_f32m4(x, y, vl); break;
    case FACET_SUBTRACT: r = __riscv_vfsub_vv_f32m4(x, y, vl); break;
    case FACET_MULTIPLY: r = __riscv_vfmul_vv_f32m4(x, y, vl); break;
    case FACET_DIVIDE: r = __riscv_vfdiv_vv_f32m4(x, y, vl); break;
    case FACET_MINIMUM: r = __riscv_vmerge_vvm_f32m4(x, y, __riscv_vmor_mm_b8(is_nan, __riscv_vmflt_vv_f32m4_b8(y, x, vl), vl), vl); break;
    case FACET_MAXIMUM: r = __riscv_vmerge_vvm_f32m4(x, y, __riscv_vmor_mm_b8(is_nan, __riscv_vmfgt_vv_f32m4_b8(y, x, vl), vl), vl); break;
    case FACET_PRELU: r = __riscv_vmerge_vvm_f32m4(x, __riscv_vfmul_vv_f32m4(x, y, vl), __riscv_vmflt_vf_f32m4_b8(x, 0.0f, vl), vl); break;
    case FACET_EQUAL: r = __riscv_vfmerge_vfm_f32m4(zero, 1.0f, __riscv_vmfeq_vv_f32m4_b8(x, y, vl), vl); break;
    case FACET_LESS: r = __riscv_vfmerge_vfm_f32m4(zero, 1.0f, __riscv_vmflt_vv_f32m4_b8(x, y, vl), vl); break;
    case FACET_LESS_OR_EQUAL: r = __riscv_vfmerge_vfm_f32m4(zero, 1.0f, __riscv_vmfle_vv_f32m4_b8(x, y, vl), vl); break;
    case FACET_WHERE_TRUE: r = __riscv_vmerge_vvm_f32m4(x, nothing, is_zero, vl); break;
    default: r = __riscv_vmerge_vvm_f32m4(nothing, x, is_zero, vl); break;
    }
    __riscv_vse32_v_f32m4(output, r, vl);
  }
}

/// Functions of two operands with broadcasting, float32, other than powers.
void facet_elementwise_f32_rvv(const void *arguments) {
  facet_elementwise e = *(const facet_elementwise *)arguments;
  const int32_t outer = facet_elementwise_simplify(&e);
  const int32_t length = e.dimensions[outer], a_step = e.a_strides[outer], b_step = e.b_strides[outer];
  facet_grid g = {{0}};
  do {
    const float *a = e.a + facet_grid_offset(&g, e.a_strides, outer), *b = e.b + facet_grid_offset(&g, e.b_strides, outer);
    row(e.function, a, a_step, b, b_step, e.output, length);
    e.output += length;
  } while (facet_grid_next(&g, e.dimensions, outer) >= 0);
}
#pragma clang attribute pop
#endif
