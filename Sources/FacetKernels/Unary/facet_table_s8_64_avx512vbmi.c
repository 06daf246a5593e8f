#if defined(__x86_64__)
#include "facet_unary_body.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi"))), apply_to = function)
#include "facet_lookup_avx512vbmi.h"

/// Any function of one int8 input: 64 lookups in a table of 256 entries by two vpermi2b.
void facet_table_s8_64_avx512vbmi(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(arguments, 1, 1), *a = &m;
  const __m512i flip = _mm512_set1_epi8(a->stored_unsigned ? 0 : (char)0x80); // between the stored byte and q + 128
  const facet_lookup table = facet_lookup_load(a->table);
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const uint8_t *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      int32_t i = 0;
      for (; i + 64 <= a->channels; i += 64) {
        const __m512i q = _mm512_xor_si512(_mm512_loadu_si512(input + i), flip);
        _mm512_storeu_si512(output + i, _mm512_xor_si512(facet_lookup_64(&table, q), flip));
      }
      if (i < a->channels) {
        const __mmask64 rest = ~0ull >> (64 - (a->channels - i));
        const __m512i q = _mm512_xor_si512(_mm512_maskz_loadu_epi8(rest, input + i), flip);
        _mm512_mask_storeu_epi8(output + i, rest, _mm512_xor_si512(facet_lookup_64(&table, q), flip));
      }
    }
}
#pragma clang attribute pop
#endif
