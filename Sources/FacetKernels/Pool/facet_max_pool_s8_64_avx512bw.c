#if defined(__x86_64__)
#include "facet_pool_window.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)

/// Max pooling, int8: 64 channels at a time. Bytes stored unsigned are compared as signed ones, with their highest bit turned.
void facet_max_pool_s8_64_avx512bw(const void *arguments, int32_t y0, int32_t y1) {
  const facet_pool *a = arguments;
  const __m512i flip = _mm512_set1_epi8((char)(a->stored_unsigned ? 0x80 : 0));
  const ptrdiff_t tap_row = a->input_row * a->dilation_y, tap_pixel = a->input_pixel * a->dilation_x;
  for (int32_t y = y0; y < y1; y++) {
    const facet_window rows = facet_pool_rows(a, y);
    for (int32_t x = 0; x < a->out_width; x++) {
      const facet_window columns = facet_pool_columns(a, x);
      const uint8_t *first_tap = facet_pool_pixel(a, rows, rows.begin, columns, columns.begin);
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t first = 0; first < a->channels; first += 64) {
        __m512i best = _mm512_set1_epi8(INT8_MIN); // an empty window gives the least
        const uint8_t *row = first_tap + first;
        for (int32_t ky = rows.begin; ky < rows.end; ky++, row += tap_row) {
          const uint8_t *in = row;
          for (int32_t kx = columns.begin; kx < columns.end; kx++, in += tap_pixel) {
            const __m512i v = _mm512_loadu_si512(in); // input may be read beyond the channels
            best = _mm512_max_epi8(best, _mm512_xor_si512(v, flip));
          }
        }
        best = _mm512_xor_si512(best, flip);
        const int32_t count = a->channels - first;
        if (count >= 64)
          _mm512_storeu_si512(output + first, best);
        else
          _mm512_mask_storeu_epi8(output + first, ~0ull >> (64 - count), best);
      }
    }
  }
}

#pragma clang attribute pop
#endif
