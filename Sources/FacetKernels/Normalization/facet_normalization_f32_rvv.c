#if defined(__riscv) && __riscv_xlen == 64
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_vector_f32_rvv.h"

/// Adds `blocks` times 16 neighbours less `mean`, or their squares.
FACET_INLINE void facet_partials_blocks(double t[16], const float *input, int32_t blocks, double mean, int squares) {
  vfloat64m8_t sums = __riscv_vle64_v_f64m8(t, 16);
  FACET_ROLLED_FOR(; blocks > 0; blocks--, input += 16) {
    vfloat64m8_t v = __riscv_vfsub_vf_f64m8(__riscv_vfwcvt_f_f_v_f64m8(__riscv_vle32_v_f32m4(input, 16), 16), mean, 16);
    if (squares) v = __riscv_vfmul_vv_f64m8(v, v, 16);
    sums = __riscv_vfadd_vv_f64m8(sums, v, 16);
  }
  __riscv_vse64_v_f64m8(t, sums, 16);
}

/// Channels [first, end) of one pixel; mean and factor of channel i at `(i - first) * step`, step 0 or 1.
FACET_OUTLINE void facet_normalization_pixel_f32(const facet_normalization *a, const float *input, float *output, int32_t first, int32_t end,
                                                 const float *mean, const float *factor, int32_t step) {
  for (size_t c = (size_t)first, vl; c < (size_t)end; c += vl) {
    vl = __riscv_vsetvl_e32m8((size_t)end - c);
    vfloat32m8_t t = __riscv_vle32_v_f32m8(input + c, vl);
    if (step) {
      t = __riscv_vfsub_vv_f32m8(t, __riscv_vle32_v_f32m8(mean, vl), vl);
      t = __riscv_vfmul_vv_f32m8(t, __riscv_vle32_v_f32m8(factor, vl), vl);
      mean += vl, factor += vl;
    } else {
      t = __riscv_vfmul_vf_f32m8(__riscv_vfsub_vf_f32m8(t, *mean, vl), *factor, vl);
    }
    t = __riscv_vfmul_vv_f32m8(t, __riscv_vle32_v_f32m8(a->gamma + c, vl), vl);
    t = __riscv_vfadd_vv_f32m8(t, __riscv_vle32_v_f32m8(a->beta + c, vl), vl);
    __riscv_vse32_v_f32m8(output + c, facet_clamp_rvv(t, a->low_f, a->high_f, vl), vl);
  }
}

#define FACET_PARTIALS_BLOCKS
#define FACET_NORMALIZATION_PIXEL
#include "facet_normalization_f32_body.h"

/// Normalization of each pixel's channels, float32: sums of 16 and results by hand.
void facet_normalize_pixels_f32_rvv(const void *arguments, int32_t y0, int32_t y1) { facet_normalize_pixels_f32_body(arguments, y0, y1); }

/// Normalization of channels over all pixels, float32: the sums of small groups are the scalar loops, vectorized over channels.
void facet_normalize_planes_f32_rvv(const void *arguments, int32_t y0, int32_t y1) { facet_normalize_planes_f32_body(arguments, y0, y1); }
#pragma clang attribute pop
#endif
