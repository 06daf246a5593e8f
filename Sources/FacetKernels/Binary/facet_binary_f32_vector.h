/// Add and multiply, float32, a vector at a time. Each ISA level compiles it for itself, after its facet_vector_f32_*.h.
#include "facet_binary_rows.h"

FACET_INLINE vector facet_operand(const float *pixel, ptrdiff_t channel, int32_t i) { return channel ? load(pixel + i) : all_lanes(pixel[0]); }

FACET_INLINE void facet_binary_f32_vectors(const facet_binary *args, int32_t y0, int32_t y1, int32_t is_product) {
  const facet_binary m = facet_binary_merged(args, sizeof(float)), *a = &m;
  const vector low = all_lanes(a->low_f), high = all_lanes(a->high_f);
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const float *in_a = facet_at(a->a, y * a->a_row + x * a->a_pixel), *in_b = facet_at(a->b, y * a->b_row + x * a->b_pixel);
      float *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t i = 0; i < a->channels; i += LANES) {
        const vector va = facet_operand(in_a, a->a_channel, i), vb = facet_operand(in_b, a->b_channel, i);
        const vector v = clamp(is_product ? multiply(va, vb) : add(va, vb), low, high);
        if (i + LANES <= a->channels)
          store(output + i, v);
        else
          store_some(output + i, first_lanes(a->channels - i), v);
      }
    }
}
