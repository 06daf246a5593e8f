#include "facet_small.h"
#include "facet_binary_rows.h"

FACET_INLINE void facet_binary_load_f32(float *to, const void *from, ptrdiff_t channel, int32_t first, int32_t count) {
  const float *in = from;
  if (!channel)
    for (int32_t i = 0; i < count; i++) to[i] = in[0];
  else
    for (int32_t i = 0; i < count; i++) to[i] = in[first + i];
}

/// Sum or product: one copy for both, which keeps the engine small.
FACET_OUTLINE void both(const facet_binary *args, int32_t y0, int32_t y1, int32_t multiply) {
  const facet_binary m = facet_binary_merged(args, sizeof(float)), *a = &m;
  const float low = a->low_f, high = a->high_f;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const void *in_a = facet_at(a->a, y * a->a_row + x * a->a_pixel), *in_b = facet_at(a->b, y * a->b_row + x * a->b_pixel);
      float *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t first = 0; first < a->channels; first += FACET_CHUNK) {
        const int32_t count = a->channels - first < FACET_CHUNK ? a->channels - first : FACET_CHUNK;
        float va[FACET_CHUNK], vb[FACET_CHUNK];
        facet_binary_load_f32(va, in_a, a->a_channel, first, count);
        facet_binary_load_f32(vb, in_b, a->b_channel, first, count);
        if (multiply)
          for (int32_t i = 0; i < count; i++) va[i] = facet_clamp(va[i] * vb[i], low, high);
        else
          for (int32_t i = 0; i < count; i++) va[i] = facet_clamp(va[i] + vb[i], low, high);
        memcpy(output + first, va, (size_t)count * sizeof(float));
      }
    }
}

/// Sum of two tensors, float32.
void facet_add_f32_scalar(const void *arguments, int32_t y0, int32_t y1) { both(arguments, y0, y1, 0); }

/// Product of two tensors, float32.
void facet_multiply_f32_scalar(const void *arguments, int32_t y0, int32_t y1) { both(arguments, y0, y1, 1); }
#include "facet_small_end.h"
