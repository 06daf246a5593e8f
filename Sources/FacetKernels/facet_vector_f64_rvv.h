/// Binary64 numbers in four registers: what functions that are computed in binary64 want of RISC-V's vectors. All lanes are computed, also those
/// that were not read and are not stored. Included after the target is set.
#include "facet_internal.h"
#include <riscv_vector.h>

typedef vfloat64m4_t wide;

FACET_INLINE size_t all(void) { return __riscv_vsetvlmax_e64m4(); }
FACET_INLINE wide add(wide a, wide b) { return __riscv_vfadd_vv_f64m4(a, b, all()); }
FACET_INLINE wide subtract(wide a, wide b) { return __riscv_vfsub_vv_f64m4(a, b, all()); }
FACET_INLINE wide multiply(wide a, wide b) { return __riscv_vfmul_vv_f64m4(a, b, all()); }
FACET_INLINE wide divide(wide a, wide b) { return __riscv_vfdiv_vv_f64m4(a, b, all()); }
FACET_INLINE wide add_number(wide a, double b) { return __riscv_vfadd_vf_f64m4(a, b, all()); }
FACET_INLINE wide multiply_number(wide a, double b) { return __riscv_vfmul_vf_f64m4(a, b, all()); }
/// b - a, b / a
FACET_INLINE wide subtract_from(double b, wide a) { return __riscv_vfrsub_vf_f64m4(a, b, all()); }
FACET_INLINE wide divide_from(double b, wide a) { return __riscv_vfrdiv_vf_f64m4(a, b, all()); }
/// By comparison, so that NaN stays.
FACET_INLINE wide at_least(wide a, double bound) { return __riscv_vfmerge_vfm_f64m4(a, bound, __riscv_vmflt_vf_f64m4_b16(a, bound, all()), all()); }
FACET_INLINE wide at_most(wide a, double bound) { return __riscv_vfmerge_vfm_f64m4(a, bound, __riscv_vmfgt_vf_f64m4_b16(a, bound, all()), all()); }
FACET_INLINE wide absolute(wide a) { return __riscv_vfabs_v_f64m4(a, all()); }
/// x < bound ? a : b
FACET_INLINE wide choose_below(wide x, double bound, wide a, wide b) {
  return __riscv_vmerge_vvm_f64m4(b, a, __riscv_vmflt_vf_f64m4_b16(x, bound, all()), all());
}
/// The size of a with the sign of b.
FACET_INLINE wide with_sign_of(wide a, wide b) { return __riscv_vfsgnj_vv_f64m4(a, b, all()); }
/// 2^n, where the sum of n and 1.5 * 2^52 is given.
FACET_INLINE wide power_of_two(wide sum) {
  const vint64m4_t exponent = __riscv_vadd_vx_i64m4(__riscv_vreinterpret_v_f64m4_i64m4(sum), 1023, all());
  return __riscv_vreinterpret_v_i64m4_f64m4(__riscv_vsll_vx_i64m4(exponent, 52, all()));
}
/// (f[0] x + f[1]) x + ...
FACET_INLINE wide horner(const double *factors, int32_t count, wide x) {
  wide q = __riscv_vfmv_v_f_f64m4(factors[0], all());
  FACET_ROLLED_FOR(int32_t k = 1; k < count; k++) q = add_number(multiply(q, x), factors[k]);
  return q;
}

/// The lanes that are read and stored, of `left` float32 numbers.
typedef size_t wide_lanes;
FACET_INLINE wide_lanes first_lanes(int32_t left) { return __riscv_vsetvl_e64m4((size_t)left); }
FACET_INLINE wide load(const float *from, wide_lanes lanes) { return __riscv_vfwcvt_f_f_v_f64m4(__riscv_vle32_v_f32m2(from, lanes), lanes); }
FACET_INLINE void store(float *to, wide_lanes lanes, wide a) { __riscv_vse32_v_f32m2(to, __riscv_vfncvt_f_f_w_f32m2(a, lanes), lanes); }
