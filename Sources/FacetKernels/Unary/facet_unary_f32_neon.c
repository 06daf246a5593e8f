#if defined(__aarch64__)
#include "facet_vector_f32_neon.h"
#include "facet_sigmoid_f32_vector.h"
#include "facet_unary_f32_vector.h"

/// Logistic function, float32.
FACET_UNARY_VECTOR_F32(facet_sigmoid_f32_neon, sigmoid(v))

/// Of each v min(max(v * factor + offset, low), high), or v times that: one copy for the functions below.
FACET_OUTLINE void clamped_lines(const facet_unary *args, int32_t y0, int32_t y1, float factor, float offset, float low, float high, int32_t times) {
  const facet_unary m = facet_unary_merged(args, sizeof(float), sizeof(float)), *a = &m;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const float *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      float *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      FACET_ROLLED_FOR(int32_t left = a->channels; left > 0; left -= LANES, input += LANES, output += LANES) {
        const vector v = load(input);
        vector t = clamp(add(multiply(v, all_lanes(factor)), all_lanes(offset)), all_lanes(low), all_lanes(high));
        if (times) t = multiply(t, v);
        store_some(output, first_lanes(left), t);
      }
    }
}

/// min(max(x, alpha), beta), float32: x * 1 + -0 is x.
void facet_clip_f32_neon(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary *a = arguments;
  clamped_lines(a, y0, y1, 1.0f, -0.0f, a->alpha, a->beta, 0);
}

/// max(0, min(1, alpha * x + beta)), float32.
void facet_hard_sigmoid_f32_neon(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary *a = arguments;
  clamped_lines(a, y0, y1, a->alpha, a->beta, 0.0f, 1.0f, 0);
}

/// x * max(0, min(1, x * (1/6) + 0.5)), float32.
void facet_hard_swish_f32_neon(const void *arguments, int32_t y0, int32_t y1) {
  clamped_lines(arguments, y0, y1, 0x1.555556p-3f, 0.5f, 0.0f, 1.0f, 1);
}
#endif
