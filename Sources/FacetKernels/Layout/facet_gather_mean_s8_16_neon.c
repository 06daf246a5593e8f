#if defined(__aarch64__) || defined(__arm__)
#include "../facet_quantized_neon.h"

/// 16 elements: p * factor - mean, each rounded, in units of the result's scale.
FACET_INLINE int8x16_t sixteen(facet_quantizer q, const uint8_t *input, const float *means, const float32x4_t factors[4]) {
  const uint8x16_t bytes = vld1q_u8(input);
  const uint16x8_t w0 = vmovl_u8(vget_low_u8(bytes)), w1 = vmovl_u8(vget_high_u8(bytes));
  const uint32x4_t v[4] = {vmovl_u16(vget_low_u16(w0)), vmovl_u16(vget_high_u16(w0)), vmovl_u16(vget_low_u16(w1)), vmovl_u16(vget_high_u16(w1))};
  facet_floats p;
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) p.v[i] = vsubq_f32(vmulq_f32(vcvtq_f32_u32(v[i]), factors[i]), vld1q_f32(means + 4 * i));
  return facet_quantized_units(q, p);
}

/// Pixels of one or three channels less a mean image to an int8 tensor without gaps between pixels: 48 elements at a time, after which factors
/// repeat.
void facet_gather_mean_s8_16_neon(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  const facet_quantizer q = facet_quantizer_of(1.0f, a->zero, a->stored_unsigned);
  const int32_t channels = a->channels, elements = a->width * channels;
  float pattern[12];
  for (int32_t i = 0; i < 12; i++) pattern[i] = a->factors[i % channels];
  const float32x4_t f[6] = {vld1q_f32(pattern), vld1q_f32(pattern + 4), vld1q_f32(pattern + 8),
                            vld1q_f32(pattern), vld1q_f32(pattern + 4), vld1q_f32(pattern + 8)};
  for (int32_t y = y0; y < y1; y++) {
    const uint8_t *input = facet_at(a->input, (ptrdiff_t)y * elements);
    const float *means = a->means + (ptrdiff_t)y * elements;
    int8_t *output = facet_at_mutable(a->output, y * a->output_row);
    for (int32_t left = elements; left > 0; left -= 48, input += 48, means += 48, output += 48) {
      // The last elements of a row go through copies: nothing is read or written behind them.
      uint8_t bytes[48];
      float last[48];
      const int32_t is_last = left < 48;
      if (is_last) {
        memset(bytes, 0, sizeof bytes), memset(last, 0, sizeof last);
        memcpy(bytes, input, (size_t)left);
        memcpy(last, means, (size_t)left * sizeof(float));
      }
      const uint8_t *from = is_last ? bytes : input;
      const float *less = is_last ? last : means;
      int8_t *to = is_last ? (int8_t *)bytes : output;
      FACET_UNROLLED_FOR(int i = 0; i < 3; i++) vst1q_s8(to + 16 * i, sixteen(q, from + 16 * i, less + 16 * i, f + i));
      if (is_last) memcpy(output, bytes, (size_t)left);
    }
  }
}
#endif
