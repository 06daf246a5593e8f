/// Tables of 256 bytes in registers. Include it where the target has AVX512VBMI.
#ifndef FACET_LOOKUP_AVX512VBMI_H
#define FACET_LOOKUP_AVX512VBMI_H

typedef struct {
  __m512i quarter[4];
} facet_lookup;

FACET_INLINE facet_lookup facet_lookup_load(const uint8_t *table) {
  facet_lookup t;
  for (int i = 0; i < 4; i++) t.quarter[i] = _mm512_loadu_si512(table + 64 * i);
  return t;
}

/// The entries at 64 indices: vpermi2b reads seven bits of each, the eighth chooses between the halves.
FACET_INLINE __m512i facet_lookup_64(const facet_lookup *t, __m512i indices) {
  const __m512i low = _mm512_permutex2var_epi8(t->quarter[0], indices, t->quarter[1]);
  const __m512i high = _mm512_permutex2var_epi8(t->quarter[2], indices, t->quarter[3]);
  return _mm512_mask_blend_epi8(_mm512_movepi8_mask(indices), low, high);
}

#endif
