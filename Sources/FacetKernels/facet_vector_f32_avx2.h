/// Eight float32 numbers: what the kernels that are written once for all ISA levels want of AVX2.
#include <immintrin.h>

enum { LANES = 8 };
typedef __m256 vector;

/// Lanes that are read and stored. All of them take another instruction: masked stores are slow on many CPUs.
typedef struct {
  __m256i lanes;
  int32_t all;
} vector_mask;

/// The first `count` lanes, all where there are fewer.
FACET_INLINE vector_mask first_lanes(int32_t count) {
  const vector_mask m = {_mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)), count >= LANES};
  return m;
}
FACET_INLINE vector all_lanes(float v) { return _mm256_set1_ps(v); }
FACET_INLINE vector load(const float *p) { return _mm256_loadu_ps(p); }
FACET_INLINE vector load_some(const float *p, vector_mask mask) { return _mm256_maskload_ps(p, mask.lanes); }
FACET_INLINE void store_some(float *p, vector_mask mask, vector v) {
  if (mask.all)
    _mm256_storeu_ps(p, v);
  else
    _mm256_maskstore_ps(p, mask.lanes, v);
}
FACET_INLINE vector add(vector a, vector b) { return _mm256_add_ps(a, b); }
/// a * b + c, rounded once.
FACET_INLINE vector multiply_add(vector a, vector b, vector c) { return _mm256_fmadd_ps(a, b, c); }
/// NaN stays: the bound is the first operand.
FACET_INLINE vector clamp(vector v, vector low, vector high) { return _mm256_min_ps(high, _mm256_max_ps(low, v)); }
