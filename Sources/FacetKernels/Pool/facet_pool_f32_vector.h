/// Max and average pooling, float32, vectors of channels. Each ISA level compiles it for itself, after its facet_vector_f32_*.h.
#include "facet_pool_window.h"

/// V vectors of channels of one output, the last of which may be part of one; taps in order, as in the scalar form.
FACET_INLINE void facet_pool_vectors(const facet_pool *a, facet_window rows, facet_window columns, int32_t first, vector divisor, float *output,
                                     const int V, const int is_mean) {
  vector acc[4];
  FACET_UNROLLED_FOR(int v = 0; v < V; v++) acc[v] = all_lanes(is_mean ? 0.0f : -__builtin_inff());
  for (int32_t ky = rows.begin; ky < rows.end; ky++) {
    const uint8_t *in = (const uint8_t *)facet_pool_pixel(a, rows, ky, columns, columns.begin) + 4 * (ptrdiff_t)first;
    for (int32_t kx = columns.begin; kx < columns.end; kx++, in += a->input_pixel * a->dilation_x)
      FACET_UNROLLED_FOR(int v = 0; v < V; v++) {
        const vector x = load((const float *)in + v * LANES);
        acc[v] = is_mean ? add(acc[v], x) : larger(x, acc[v]);
      }
  }
  FACET_UNROLLED_FOR(int v = 0; v < V; v++) {
    const int32_t channel = first + v * LANES;
    const vector result = is_mean ? divide(acc[v], divisor) : acc[v];
    if (channel + LANES <= a->channels)
      store(output + channel, result);
    else
      store_some(output + channel, first_lanes(a->channels - channel), result);
  }
}

FACET_INLINE void facet_pool_f32_vectors(const facet_pool *a, int32_t y0, int32_t y1, const int is_mean) {
  for (int32_t y = y0; y < y1; y++) {
    const facet_window rows = facet_pool_rows(a, y);
    for (int32_t x = 0; x < a->out_width; x++) {
      const facet_window columns = facet_pool_columns(a, x);
      const int32_t n = rows.counted * columns.counted;
      const vector divisor = all_lanes((float)(n < 1 ? 1 : n));
      float *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      int32_t first = 0;
      for (; first + 4 * LANES <= a->channels; first += 4 * LANES) facet_pool_vectors(a, rows, columns, first, divisor, output, 4, is_mean);
      for (; first < a->channels; first += LANES) facet_pool_vectors(a, rows, columns, first, divisor, output, 1, is_mean);
    }
  }
}
