#include "facet_internal.h"

/// Planar float32 to an int8 tensor: q = int(rne(clamp(x * r + offset))) + z; NaN gives z.
void facet_gather_f32_s8_scalar(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  const float low = (float)((a->stored_unsigned ? 0 : -128) - a->zero), high = low + 255.0f, multiplier = a->multiplier, offset = a->offset;
  const int32_t zero = a->zero;
  for (int32_t i = 0; i < a->channels; i++)
    for (int32_t y = y0; y < y1; y++) {
      const float *input = (const float *)a->input + ((ptrdiff_t)i * a->height + y) * a->width;
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + i);
      for (int32_t first = 0; first < a->width; first += FACET_CHUNK) {
        const int32_t count = a->width - first < FACET_CHUNK ? a->width - first : FACET_CHUNK;
        uint8_t result[FACET_CHUNK]; // neighbours in a row first, which the compiler vectorizes, then their places
        for (int32_t x = 0; x < count; x++) {
          const float p = input[first + x] * multiplier + offset;
          result[x] = facet_requantize(p == p ? p : 0.0f, low, high, zero);
        }
        for (int32_t x = 0; x < count; x++) output[(first + x) * a->output_pixel] = result[x];
      }
    }
}
