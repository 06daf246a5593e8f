#if defined(__aarch64__) || defined(__arm__)
#include "facet_unary_body.h"
#include "../facet_results_neon.h"

/// int8, stored signed, to float32: float(q - z) * scale, 16 at a time. 32-bit ARM: of a normal scale, so that no result is subnormal.
void facet_dequantize_s8_16_neon(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(arguments, 1, sizeof(float)), *a = &m;
  const float32x4_t scale = vdupq_n_f32(a->scale);
  const int8x8_t zero = vdup_n_s8((int8_t)a->input_zero);
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const int8_t *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      float *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t left = a->channels; left > 0; left -= 16, input += 16, output += 16) { // input may be read beyond the channels
        const facet_floats f = facet_floats_of(vld1q_s8(input), zero);
        float last[16], *to = left >= 16 ? output : last;
        FACET_UNROLLED_FOR(int i = 0; i < 4; i++) vst1q_f32(to + 4 * i, vmulq_f32(f.v[i], scale));
        if (left < 16) memcpy(output, last, (size_t)left * sizeof(float));
      }
    }
}
#endif
