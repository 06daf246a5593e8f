/// Functions of one number, float32, a vector at a time: the operations of the scalar form, so the same bits. Each ISA level compiles
/// them for itself, after its facet_vector_f32_*.h.
#include "facet_unary_body.h"

/// Defines `void name(arguments, y0, y1)`: every vector `v` becomes `expression`, which may read `a`.
#define FACET_UNARY_VECTOR_F32(name, expression)                                                \
  void name(const void *arguments, int32_t y0, int32_t y1) {                                    \
    const facet_unary m = facet_unary_merged(arguments, sizeof(float), sizeof(float)), *a = &m; \
    for (int32_t y = y0; y < y1; y++)                                                           \
      for (int32_t x = 0; x < a->width; x++) {                                                  \
        const float *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);         \
        float *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);   \
        int32_t i = 0;                                                                          \
        for (; i + LANES <= a->channels; i += LANES) {                                          \
          const vector v = load(input + i);                                                     \
          store(output + i, expression);                                                        \
        }                                                                                       \
        if (i < a->channels) {                                                                  \
          const vector v = load(input + i);                                                     \
          store_some(output + i, first_lanes(a->channels - i), expression);                     \
        }                                                                                       \
      }                                                                                         \
  }
