#if defined(__x86_64__)
#include "facet_unary_body.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

/// 32 look-ups: the table in sixteen parts of sixteen. In its own part an index becomes 0x70 to 0x7F, whose low bits vpshufb takes; in
/// all others its highest bit is set, which gives zero.
FACET_INLINE __m256i look_up(__m256i x, const __m256i parts[16]) {
  __m256i result = _mm256_setzero_si256();
  FACET_UNROLLED_FOR(int i = 0; i < 16; i++) {
    const __m256i place = _mm256_adds_epu8(_mm256_xor_si256(x, _mm256_set1_epi8((char)(16 * i))), _mm256_set1_epi8(0x70));
    result = _mm256_or_si256(result, _mm256_shuffle_epi8(parts[i], place));
  }
  return result;
}

/// Any function of one int8 input, by a table of 256 entries: 32 at a time.
void facet_table_s8_32_avx2(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(arguments, 1, 1), *a = &m;
  const __m256i flip = _mm256_set1_epi8((char)(a->stored_unsigned ? 0 : 0x80)); // between the stored byte and q + 128
  __m256i parts[16];
  for (int i = 0; i < 16; i++) parts[i] = _mm256_xor_si256(flip, _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(a->table + 16 * i))));
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const uint8_t *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t i = 0; i < a->channels; i += 32) { // input may be read beyond the channels
        const __m256i result = look_up(_mm256_xor_si256(flip, _mm256_loadu_si256((const __m256i *)(input + i))), parts);
        const int32_t left = a->channels - i;
        if (left >= 32) {
          _mm256_storeu_si256((__m256i *)(output + i), result);
        } else {
          uint8_t bytes[32];
          _mm256_storeu_si256((__m256i *)bytes, result);
          memcpy(output + i, bytes, (size_t)left);
        }
      }
    }
}
#pragma clang attribute pop
#endif
