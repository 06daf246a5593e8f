#if defined(__aarch64__) || defined(__arm__)
#include "facet_unary_body.h"
#include "../facet_quantized_neon.h"

/// float32 to int8, 16 at a time: q = int(rne(clamp(x * scale))) + z, where `scale` holds 1 / the tensor's; NaN gives z.
void facet_quantize_f32_16_neon(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(arguments, sizeof(float), 1), *a = &m;
  const facet_quantizer q = facet_quantizer_of(a->scale, a->output_zero, a->stored_unsigned);
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const float *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      int8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      int32_t left = a->channels;
      FACET_ROLLED_FOR(; left >= 16; left -= 16, input += 16, output += 16) vst1q_s8(output, facet_quantized(q, input));
      if (!left) continue;
      float last[16] = {0};
      memcpy(last, input, (size_t)left * sizeof(float));
      facet_store_bytes(output, facet_quantized(q, last), left);
    }
}
#endif
