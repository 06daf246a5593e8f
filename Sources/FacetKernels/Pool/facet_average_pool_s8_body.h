/// Average pooling, int8: the loops that each ISA level compiles for itself.
#include "facet_pool_window.h"

FACET_INLINE void facet_average_pool_s8_body(const facet_pool *a, int32_t y0, int32_t y1) {
  const float low = (float)(a->low - a->zero), high = (float)(a->high - a->zero);
  const int32_t zero = a->zero;
  for (int32_t y = y0; y < y1; y++) {
    const facet_window rows = facet_pool_rows(a, y);
    for (int32_t x = 0; x < a->out_width; x++) {
      const facet_window columns = facet_pool_columns(a, x);
      const int32_t index = facet_pool_index(a, rows, columns);
      const int32_t taps = (rows.end - rows.begin) * (columns.end - columns.begin);
      for (int32_t first = 0; first < a->channels; first += FACET_CHUNK) {
        const int32_t count = a->channels - first < FACET_CHUNK ? a->channels - first : FACET_CHUNK;
        uint32_t acc[FACET_CHUNK];
        for (int32_t i = 0; i < count; i++) acc[i] = 0u - (uint32_t)taps * (uint32_t)a->input_zero;
        for (int32_t ky = rows.begin; ky < rows.end; ky++)
          for (int32_t kx = columns.begin; kx < columns.end; kx++) {
            const void *in = facet_at(facet_pool_pixel(a, rows, ky, columns, kx), first);
            if (a->stored_unsigned)
              for (int32_t i = 0; i < count; i++) acc[i] += ((const uint8_t *)in)[i];
            else
              for (int32_t i = 0; i < count; i++) acc[i] += (uint32_t)(int32_t)((const int8_t *)in)[i];
          }
        if (a->scores) {
          float *scores = (float *)facet_at_mutable(a->scores, y * a->scores_row + x * a->scores_pixel) + first;
          const float multiplier = a->scores_multiplier[index];
          float result[FACET_CHUNK];
          for (int32_t i = 0; i < count; i++) result[i] = (float)(int32_t)acc[i] * multiplier;
          memcpy(scores, result, (size_t)count * sizeof(float));
        }
        if (a->output) {
          const float multiplier = a->multiplier[index];
          uint8_t result[FACET_CHUNK];
          for (int32_t i = 0; i < count; i++) result[i] = facet_requantize((float)(int32_t)acc[i] * multiplier, low, high, zero);
          memcpy(facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel + first), result, (size_t)count);
        }
      }
    }
  }
}
