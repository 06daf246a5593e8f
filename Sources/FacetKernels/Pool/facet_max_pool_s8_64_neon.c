#define FACET_SMALL_ON_ARM_ONLY
#include "facet_small.h"
#if defined(__aarch64__) || defined(__arm__)
#include "facet_pool_window.h"
#include "../facet_results_neon.h"

/// The largest in the window of V times 16 channels, of which `count` exist of the last.
FACET_INLINE void largest(const facet_pool *a, const int8_t *first_tap, int32_t rows, int32_t columns, int8_t *output, int32_t count, const int V) {
  int8x16_t best[4];
  FACET_UNROLLED_FOR(int v = 0; v < V; v++) best[v] = vdupq_n_s8(INT8_MIN); // what an empty window gives
  const ptrdiff_t tap_row = a->input_row * a->dilation_y, tap_pixel = a->input_pixel * a->dilation_x;
  for (; rows > 0; rows--, first_tap += tap_row) {
    const int8_t *in = first_tap;
    FACET_ROLLED_FOR(int32_t kx = columns; kx > 0; kx--, in += tap_pixel) // input may be read beyond the channels
      FACET_UNROLLED_FOR(int v = 0; v < V; v++) best[v] = vmaxq_s8(best[v], vld1q_s8(in + 16 * v));
  }
  FACET_UNROLLED_FOR(int v = 0; v < V - 1; v++) vst1q_s8(output + 16 * v, best[v]);
  facet_store_bytes(output + 16 * (V - 1), best[V - 1], count);
}

/// Max pooling, int8, stored signed: 64 channels at a time, then 16.
void facet_max_pool_s8_64_neon(const void *arguments, int32_t y0, int32_t y1) {
  const facet_pool *a = arguments;
  for (int32_t y = y0; y < y1; y++) {
    const facet_window rows = facet_pool_rows(a, y);
    for (int32_t x = 0; x < a->out_width; x++) {
      const facet_window columns = facet_pool_columns(a, x);
      const int8_t *first_tap = facet_pool_pixel(a, rows, rows.begin, columns, columns.begin);
      int8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      int32_t left = a->channels;
      for (; left >= 64; left -= 64, first_tap += 64, output += 64)
        largest(a, first_tap, rows.end - rows.begin, columns.end - columns.begin, output, 16, 4);
      for (; left > 0; left -= 16, first_tap += 16, output += 16)
        largest(a, first_tap, rows.end - rows.begin, columns.end - columns.begin, output, left < 16 ? left : 16, 1);
    }
  }
}
#endif
#include "facet_small_end.h"
