#if defined(__x86_64__)
#include "facet_pool_window.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

/// The largest in the window of V times 32 channels from `first`, of which the last may not all exist. Bytes stored
/// unsigned are compared as signed ones, with their highest bit turned: `flip`.
FACET_INLINE void largest(const facet_pool *a, facet_window rows, facet_window columns, int32_t first, uint8_t *output, const int V,
                          const __m256i flip) {
  __m256i best[2];
  FACET_UNROLLED_FOR(int v = 0; v < V; v++) best[v] = _mm256_set1_epi8(INT8_MIN);
  const uint8_t *row = (const uint8_t *)facet_pool_pixel(a, rows, rows.begin, columns, columns.begin) + first;
  const ptrdiff_t next_row = a->input_row * a->dilation_y, next_pixel = a->input_pixel * a->dilation_x;
  for (int32_t ky = rows.begin; ky < rows.end; ky++, row += next_row) {
    const uint8_t *in = row;
    for (int32_t kx = columns.begin; kx < columns.end; kx++, in += next_pixel)
      FACET_UNROLLED_FOR(int v = 0; v < V; v++) {
        const __m256i x = _mm256_loadu_si256((const __m256i *)(in + 32 * v));
        best[v] = _mm256_max_epi8(best[v], _mm256_xor_si256(x, flip));
      }
  }
  const int32_t left = a->channels - first;
  FACET_UNROLLED_FOR(int v = 0; v < V; v++) {
    best[v] = _mm256_xor_si256(best[v], flip);
    if (left >= 32 * (v + 1)) {
      _mm256_storeu_si256((__m256i *)(output + first + 32 * v), best[v]);
    } else {
      uint8_t bytes[32];
      _mm256_storeu_si256((__m256i *)bytes, best[v]);
      memcpy(output + first + 32 * v, bytes, (size_t)(left - 32 * v));
    }
  }
}

/// Max pooling, int8: 32 channels at a time.
void facet_max_pool_s8_avx2(const void *arguments, int32_t y0, int32_t y1) {
  const facet_pool *a = arguments;
  const __m256i flip = _mm256_set1_epi8((char)(a->stored_unsigned ? 0x80 : 0));
  for (int32_t y = y0; y < y1; y++) {
    const facet_window rows = facet_pool_rows(a, y);
    for (int32_t x = 0; x < a->out_width; x++) {
      const facet_window columns = facet_pool_columns(a, x);
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      int32_t first = 0;
      for (; a->channels - first > 32; first += 64) largest(a, rows, columns, first, output, 2, flip);
      if (first < a->channels) largest(a, rows, columns, first, output, 1, flip);
    }
  }
}
#pragma clang attribute pop
#endif
