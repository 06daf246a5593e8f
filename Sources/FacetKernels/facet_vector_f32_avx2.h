/// Eight float32 numbers: what the kernels that are written once for all ISA levels want of AVX2.
#include <immintrin.h>

enum { LANES = 8 };
typedef __m256 vector;

/// Lanes that are read and stored. All of them take another instruction: masked stores are slow on many CPUs.
typedef struct {
  __m256i lanes;
  int32_t all;
} vector_mask;

/// The first `count` lanes, all or none where there are not so many.
FACET_INLINE vector_mask first_lanes(int32_t count) {
  const vector_mask m = {_mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)), count >= LANES};
  return m;
}
FACET_INLINE vector all_lanes(float v) { return _mm256_set1_ps(v); }
FACET_INLINE vector load(const float *p) { return _mm256_loadu_ps(p); }
FACET_INLINE void store(float *p, vector v) { _mm256_storeu_ps(p, v); }
FACET_INLINE vector load_some(const float *p, vector_mask mask) { return _mm256_maskload_ps(p, mask.lanes); }
/// Other lanes are those of `other`.
FACET_INLINE vector load_or(const float *p, vector_mask mask, vector other) {
  return _mm256_blendv_ps(other, _mm256_maskload_ps(p, mask.lanes), _mm256_castsi256_ps(mask.lanes));
}
FACET_INLINE void store_some(float *p, vector_mask mask, vector v) {
  if (mask.all)
    _mm256_storeu_ps(p, v);
  else
    _mm256_maskstore_ps(p, mask.lanes, v);
}
FACET_INLINE vector add(vector a, vector b) { return _mm256_add_ps(a, b); }
FACET_INLINE vector subtract(vector a, vector b) { return _mm256_sub_ps(a, b); }
FACET_INLINE vector multiply(vector a, vector b) { return _mm256_mul_ps(a, b); }
FACET_INLINE vector divide(vector a, vector b) { return _mm256_div_ps(a, b); }
/// a > b ? a : b
FACET_INLINE vector larger(vector a, vector b) { return _mm256_max_ps(a, b); }
FACET_INLINE vector smaller(vector a, vector b) { return _mm256_min_ps(a, b); }
/// a * b + c, rounded once.
FACET_INLINE vector multiply_add(vector a, vector b, vector c) { return _mm256_fmadd_ps(a, b, c); }
/// NaN stays: the bound is the first operand.
FACET_INLINE vector clamp(vector v, vector low, vector high) { return _mm256_min_ps(high, _mm256_max_ps(low, v)); }
/// -|v|
FACET_INLINE vector with_sign_bit(vector v) { return _mm256_or_ps(v, _mm256_set1_ps(-0.0f)); }
/// 2^n, where the sum of n and 1.5 * 2^23 is given; n in [-126, 127].
FACET_INLINE vector power_of_two(vector sum) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(_mm256_castps_si256(sum), _mm256_set1_epi32(127)), 23));
}
/// x < bound ? 0 : v
FACET_INLINE vector zero_where_below(vector v, vector x, float bound) {
  return _mm256_andnot_ps(_mm256_cmp_ps(x, _mm256_set1_ps(bound), _CMP_LT_OQ), v);
}
/// x >= 0 ? a : b
FACET_INLINE vector choose_by_sign(vector x, vector a, vector b) { return _mm256_blendv_ps(b, a, _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_GE_OQ)); }
