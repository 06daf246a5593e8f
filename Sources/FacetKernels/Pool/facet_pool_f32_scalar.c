#include "facet_small.h"
#include "facet_max_pool_body.h"

/// Max pooling, float32.
void facet_max_pool_f32_scalar(const void *arguments, int32_t y0, int32_t y1) { facet_max_pool_f32_body(arguments, y0, y1); }

/// Average pooling, float32: taps summed in order, then divided by their number.
void facet_average_pool_f32_scalar(const void *arguments, int32_t y0, int32_t y1) {
  const facet_pool *a = arguments;
  for (int32_t y = y0; y < y1; y++) {
    const facet_window rows = facet_pool_rows(a, y);
    for (int32_t x = 0; x < a->out_width; x++) {
      const facet_window columns = facet_pool_columns(a, x);
      const int32_t n = rows.counted * columns.counted;
      const float divisor = (float)(n < 1 ? 1 : n);
      float *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t first = 0; first < a->channels; first += FACET_CHUNK) {
        const int32_t count = a->channels - first < FACET_CHUNK ? a->channels - first : FACET_CHUNK;
        float acc[FACET_CHUNK];
        for (int32_t i = 0; i < count; i++) acc[i] = 0.0f;
        for (int32_t ky = rows.begin; ky < rows.end; ky++)
          for (int32_t kx = columns.begin; kx < columns.end; kx++) {
            const float *in = (const float *)facet_pool_pixel(a, rows, ky, columns, kx) + first;
            for (int32_t i = 0; i < count; i++) acc[i] += in[i];
          }
        for (int32_t i = 0; i < count; i++) acc[i] = acc[i] / divisor;
        memcpy(output + first, acc, (size_t)count * sizeof(float));
      }
    }
  }
}
#include "facet_small_end.h"
