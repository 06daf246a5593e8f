#if defined(__riscv) && __riscv_xlen == 64
#include "facet_unary_body.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "../facet_exp_f32_rvv.h"
#include "facet_vector_f32_rvv.h"

/// Logistic function: e^-|x| serves both signs.
FACET_INLINE vfloat32m8_t sigmoid(vfloat32m8_t x, size_t vl) {
  const vfloat32m8_t e = exponential(__riscv_vfneg_v_f32m8(__riscv_vfabs_v_f32m8(x, vl), vl), vl);
  const vfloat32m8_t top = __riscv_vfmerge_vfm_f32m8(e, 1.0f, __riscv_vmfge_vf_f32m8_b4(x, 0.0f, vl), vl);
  return __riscv_vfdiv_vv_f32m8(top, __riscv_vfadd_vf_f32m8(e, 1.0f, vl), vl);
}

/// min(max(x * alpha + beta, 0), 1)
FACET_INLINE vfloat32m8_t hard_sigmoid(vfloat32m8_t x, float alpha, float beta, size_t vl) {
  return facet_clamp_rvv(__riscv_vfadd_vf_f32m8(__riscv_vfmul_vf_f32m8(x, alpha, vl), beta, vl), 0.0f, 1.0f, vl);
}

/// Defines `void name(arguments, y0, y1)`: every vector `v` of `vl` lanes becomes `expression`, which may read `a`.
#define UNARY(name, expression)                                                                 \
  void name(const void *arguments, int32_t y0, int32_t y1) {                                    \
    const facet_unary m = facet_unary_merged(arguments, sizeof(float), sizeof(float)), *a = &m; \
    for (int32_t y = y0; y < y1; y++)                                                           \
      for (int32_t x = 0; x < a->width; x++) {                                                  \
        const float *in = facet_at(a->input, y * a->input_row + x * a->input_pixel);            \
        float *out = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);      \
        size_t left = (size_t)a->channels;                                                      \
        for (size_t vl; left > 0; left -= vl, in += vl, out += vl) {                            \
          vl = __riscv_vsetvl_e32m8(left);                                                      \
          const vfloat32m8_t v = __riscv_vle32_v_f32m8(in, vl);                                 \
          __riscv_vse32_v_f32m8(out, expression, vl);                                           \
        }                                                                                       \
      }                                                                                         \
  }

/// min(max(x, alpha), beta), float32.
UNARY(facet_clip_f32_rvv, facet_clamp_rvv(v, a->alpha, a->beta, vl))

/// Logistic function, float32.
UNARY(facet_sigmoid_f32_rvv, sigmoid(v, vl))

/// max(0, min(1, alpha * x + beta)), float32.
UNARY(facet_hard_sigmoid_f32_rvv, hard_sigmoid(v, a->alpha, a->beta, vl))

/// x * max(0, min(1, x * (1/6) + 0.5)), float32.
UNARY(facet_hard_swish_f32_rvv, __riscv_vfmul_vv_f32m8(hard_sigmoid(v, 0x1.555556p-3f, 0.5f, vl), v, vl))
#pragma clang attribute pop
#endif
