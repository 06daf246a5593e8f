#if defined(__riscv) && __riscv_xlen == 64
#include "facet_internal.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_requantize_rvv.h"

// Resampling along one axis, int8: sums start from what the inputs' zero point adds to them, and inputs are taken as they are stored.

enum {
  LANES = 32, ///< neighbouring results whose taps are kept
  TAPS = 64,  ///< at most (conditions.inc)
};

/// One tap of neighbouring results.
typedef struct {
  uint32_t offsets[LANES]; ///< of their inputs, from the first of their outer place
  int32_t weights[LANES];
} tap;

FACET_INLINE void store_sums(vint32m8_t sums, int32_t zero, int8_t *to, size_t vl) {
  const vfloat32m8_t p = __riscv_vfmul_vf_f32m8(__riscv_vfcvt_f_x_v_f32m8(sums, vl), 0x1p-11f, vl);
  __riscv_vse8_v_i8m2(to, facet_bytes_rvv(p, zero, INT8_MIN, INT8_MAX, vl), vl);
}

/// Results whose inputs lie side by side.
FACET_INLINE void resample_runs(const facet_resample *a) {
  const size_t inner = (size_t)a->inner;
  int8_t *output = a->output;
  for (int32_t o = 0; o < a->outer; o++) {
    const int8_t *input = facet_at(a->input, (ptrdiff_t)o * a->input_size * a->inner);
    const int32_t *indices = a->indices, *weights = a->weights;
    for (int32_t j = 0; j < a->output_size; j++, indices += a->taps, weights += a->taps) {
      uint32_t sum = 0;
      FACET_ROLLED_FOR(int32_t t = 0; t < a->taps; t++) sum += (uint32_t)weights[t];
      const int32_t start = (int32_t)(0 - sum * (uint32_t)a->zero);
      for (size_t i = 0, vl; i < inner; i += vl, output += vl) {
        vl = __riscv_vsetvl_e32m8(inner - i);
        vint32m8_t sums = __riscv_vmv_v_x_i32m8(start, vl);
        FACET_ROLLED_FOR(int32_t t = 0; t < a->taps; t++) {
          const vint8m2_t v = __riscv_vle8_v_i8m2(input + (size_t)indices[t] * inner + i, vl);
          sums = __riscv_vmacc_vx_i32m8(sums, weights[t], __riscv_vsext_vf4_i32m8(v, vl), vl);
        }
        store_sums(sums, a->zero, output, vl);
      }
    }
  }
}

/// Any results, by indexed loads: those of all outer places one after the other, so that where they come from is found once.
FACET_INLINE void resample_indexed(const facet_resample *a) {
  const uint32_t inner = (uint32_t)a->inner, taps = (uint32_t)a->taps, all = (uint32_t)a->output_size * inner;
  tap kept[TAPS];
  int32_t start[LANES];
  uint32_t first = 0;
  for (size_t vl; first < all; first += (uint32_t)vl) {
    vl = __riscv_vsetvl_e32m8(all - first < LANES ? all - first : LANES);
    const vuint32m8_t k = __riscv_vadd_vx_u32m8(__riscv_vid_v_u32m8(vl), first, vl);
    __riscv_vse32_v_i32m8(start, __riscv_vmv_v_x_i32m8(0, vl), vl);
    FACET_ROLLED_FOR(uint32_t t = 0; t < taps; t++) {
      const vuint32m8_t entry = __riscv_vmul_vx_u32m8(__riscv_vdivu_vx_u32m8(k, inner, vl), taps * 4, vl); // in bytes
      const vint32m8_t weights = __riscv_vluxei32_v_i32m8((const int32_t *)a->weights + t, entry, vl);
      __riscv_vse32_v_i32m8(kept[t].weights, weights, vl);
      __riscv_vse32_v_i32m8(start, __riscv_vnmsac_vx_i32m8(__riscv_vle32_v_i32m8(start, vl), a->zero, weights, vl), vl);
      const vuint32m8_t index = __riscv_vluxei32_v_u32m8((const uint32_t *)a->indices + t, entry, vl);
      __riscv_vse32_v_u32m8(kept[t].offsets, __riscv_vmacc_vx_u32m8(__riscv_vremu_vx_u32m8(k, inner, vl), inner, index, vl), vl);
    }
    const int8_t *input = a->input;
    int8_t *output = (int8_t *)a->output + first;
    for (int32_t o = 0; o < a->outer; o++, input += (ptrdiff_t)a->input_size * inner, output += all) {
      vint32m8_t sums = __riscv_vle32_v_i32m8(start, vl);
      FACET_ROLLED_FOR(const tap *t = kept; t < kept + taps; t++) {
        const vint8m2_t v = __riscv_vluxei32_v_i8m2(input, __riscv_vle32_v_u32m8(t->offsets, vl), vl);
        sums = __riscv_vmacc_vv_i32m8(sums, __riscv_vsext_vf4_i32m8(v, vl), __riscv_vle32_v_i32m8(t->weights, vl), vl);
      }
      store_sums(sums, a->zero, output, vl);
    }
  }
}

/// Along one axis, each output a weighted sum of a few inputs, int8.
void facet_resample_s8_rvv(const void *arguments) {
  const facet_resample a = *(const facet_resample *)arguments;
  if (a.inner < LANES)
    resample_indexed(&a);
  else
    resample_runs(&a);
}
#pragma clang attribute pop
#endif
