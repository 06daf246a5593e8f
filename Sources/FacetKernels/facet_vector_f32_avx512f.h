/// Sixteen float32 numbers: what the kernels that are written once for all ISA levels want of AVX-512.
#include <immintrin.h>

enum { LANES = 16 };
typedef __m512 vector;
typedef __mmask16 vector_mask;

/// The first `count` lanes, all or none where there are not so many.
FACET_INLINE vector_mask first_lanes(int32_t count) { return count >= LANES ? 0xFFFF : count <= 0 ? 0 : (vector_mask)((1u << count) - 1); }
FACET_INLINE vector all_lanes(float v) { return _mm512_set1_ps(v); }
FACET_INLINE vector load(const float *p) { return _mm512_loadu_ps(p); }
FACET_INLINE void store(float *p, vector v) { _mm512_storeu_ps(p, v); }
FACET_INLINE vector load_some(const float *p, vector_mask mask) { return _mm512_maskz_loadu_ps(mask, p); }
/// Other lanes are those of `other`.
FACET_INLINE vector load_or(const float *p, vector_mask mask, vector other) { return _mm512_mask_loadu_ps(other, mask, p); }
FACET_INLINE void store_some(float *p, vector_mask mask, vector v) { _mm512_mask_storeu_ps(p, mask, v); }
FACET_INLINE vector add(vector a, vector b) { return _mm512_add_ps(a, b); }
FACET_INLINE vector subtract(vector a, vector b) { return _mm512_sub_ps(a, b); }
FACET_INLINE vector multiply(vector a, vector b) { return _mm512_mul_ps(a, b); }
FACET_INLINE vector divide(vector a, vector b) { return _mm512_div_ps(a, b); }
/// a > b ? a : b
FACET_INLINE vector larger(vector a, vector b) { return _mm512_max_ps(a, b); }
FACET_INLINE vector smaller(vector a, vector b) { return _mm512_min_ps(a, b); }
/// a * b + c, rounded once.
FACET_INLINE vector multiply_add(vector a, vector b, vector c) { return _mm512_fmadd_ps(a, b, c); }
/// NaN stays: the bound is the first operand.
FACET_INLINE vector clamp(vector v, vector low, vector high) { return _mm512_min_ps(high, _mm512_max_ps(low, v)); }
/// -|v|
FACET_INLINE vector with_sign_bit(vector v) { return _mm512_castsi512_ps(_mm512_or_si512(_mm512_castps_si512(v), _mm512_set1_epi32(INT32_MIN))); }
/// 2^n, where the sum of n and 1.5 * 2^23 is given; n in [-126, 127].
FACET_INLINE vector power_of_two(vector sum) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_add_epi32(_mm512_castps_si512(sum), _mm512_set1_epi32(127)), 23));
}
/// x < bound ? 0 : v
FACET_INLINE vector zero_where_below(vector v, vector x, float bound) {
  return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, _mm512_set1_ps(bound), _CMP_NLT_UQ), v);
}
/// x >= 0 ? a : b
FACET_INLINE vector choose_by_sign(vector x, vector a, vector b) {
  return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_GE_OQ), b, a);
}
