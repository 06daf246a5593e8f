/// Sixteen float32 numbers: what the kernels that are written once for all ISA levels want of AVX-512.
#include <immintrin.h>

enum { LANES = 16 };
typedef __m512 vector;
typedef __mmask16 vector_mask;

/// The first `count` lanes, all where there are fewer.
FACET_INLINE vector_mask first_lanes(int32_t count) { return count >= LANES ? (vector_mask)0xFFFF : (vector_mask)((1u << count) - 1); }
FACET_INLINE vector all_lanes(float v) { return _mm512_set1_ps(v); }
FACET_INLINE vector load(const float *p) { return _mm512_loadu_ps(p); }
FACET_INLINE vector load_some(const float *p, vector_mask mask) { return _mm512_maskz_loadu_ps(mask, p); }
FACET_INLINE void store_some(float *p, vector_mask mask, vector v) { _mm512_mask_storeu_ps(p, mask, v); }
FACET_INLINE vector add(vector a, vector b) { return _mm512_add_ps(a, b); }
/// a * b + c, rounded once.
FACET_INLINE vector multiply_add(vector a, vector b, vector c) { return _mm512_fmadd_ps(a, b, c); }
/// NaN stays: the bound is the first operand.
FACET_INLINE vector clamp(vector v, vector low, vector high) { return _mm512_min_ps(high, _mm512_max_ps(low, v)); }
