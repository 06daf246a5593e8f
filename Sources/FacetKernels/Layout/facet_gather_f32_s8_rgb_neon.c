#if defined(__aarch64__) || defined(__arm__)
#include "../facet_quantized_neon.h"

/// Three planes of float32 to an int8 tensor without gaps between pixels, 16 pixels at a time: q = int(rne(clamp(x * r))) + z; NaN gives z.
void facet_gather_f32_s8_rgb_neon(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  const facet_quantizer q = facet_quantizer_of(a->multiplier, a->zero, a->stored_unsigned);
  const ptrdiff_t plane = (ptrdiff_t)a->height * a->width;
  for (int32_t y = y0; y < y1; y++) {
    const float *input = (const float *)a->input + (ptrdiff_t)y * a->width;
    int8_t *output = facet_at_mutable(a->output, y * a->output_row);
    int8x16x3_t pixels;
    int32_t left = a->width;
    FACET_ROLLED_FOR(; left >= 16; left -= 16, input += 16, output += 48) {
      FACET_UNROLLED_FOR(int i = 0; i < 3; i++) pixels.val[i] = facet_quantized(q, input + i * plane);
      vst3q_s8(output, pixels);
    }
    if (!left) continue;
    int8_t bytes[48];
    for (int i = 0; i < 3; i++) {
      float last[16] = {0};
      memcpy(last, input + i * plane, (size_t)left * sizeof(float));
      vst1q_s8(bytes + 16 * i, facet_quantized(q, last));
    }
    for (int32_t x = 0; x < left; x++)
      for (int32_t i = 0; i < 3; i++) output[3 * x + i] = bytes[16 * i + x];
  }
}
#endif
