#if defined(__x86_64__)
#include "facet_internal.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi"))), apply_to = function)
#include "facet_lookup_avx512vbmi.h"

/// Which of 64 interleaved bytes from place `first` belong to a channel of three.
FACET_INLINE __mmask64 of_channel(int32_t first, int32_t channel) {
  __mmask64 mask = 0;
  for (int32_t i = 0; i < 64; i++)
    if ((first + i) % 3 == channel) mask |= 1ull << i;
  return mask;
}

/// Pixels of three channels to an int8 tensor without gaps between pixels, by a table for each channel.
void facet_gather_u8_s8_rgb_avx512vbmi(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  const __m512i flip = _mm512_set1_epi8(a->stored_unsigned ? 0 : (char)0x80); // between q + 128 and the stored byte
  const facet_lookup red = facet_lookup_load(a->table), green = facet_lookup_load((const uint8_t *)a->table + 256),
                     blue = facet_lookup_load((const uint8_t *)a->table + 512);
  // 64 bytes are 21 pixels and one byte: the channel of the first byte moves on by one each time
  const __mmask64 masks[3][2] = {{of_channel(0, 1), of_channel(0, 2)}, {of_channel(1, 1), of_channel(1, 2)}, {of_channel(2, 1), of_channel(2, 2)}};
  const int32_t bytes = 3 * a->width;
  for (int32_t y = y0; y < y1; y++) {
    const uint8_t *input = facet_at(a->input, (ptrdiff_t)y * bytes);
    uint8_t *output = facet_at_mutable(a->output, y * a->output_row);
    int32_t phase = 0;
    for (int32_t i = 0; i < bytes; i += 64, phase = phase == 2 ? 0 : phase + 1) {
      const __mmask64 valid = bytes - i >= 64 ? ~0ull : ~0ull >> (64 - (bytes - i));
      const __m512i p = _mm512_maskz_loadu_epi8(valid, input + i);
      __m512i q = facet_lookup_64(&red, p);
      q = _mm512_mask_blend_epi8(masks[phase][0], q, facet_lookup_64(&green, p));
      q = _mm512_mask_blend_epi8(masks[phase][1], q, facet_lookup_64(&blue, p));
      _mm512_mask_storeu_epi8(output + i, valid, _mm512_xor_si512(q, flip));
    }
  }
}
#pragma clang attribute pop
#endif
