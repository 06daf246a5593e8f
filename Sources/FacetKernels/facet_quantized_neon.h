/// float32 to int8 in NEON: q = int(rne(clamp(x * scale))) + z; NaN gives z.
#ifndef FACET_QUANTIZED_NEON_H
#define FACET_QUANTIZED_NEON_H
#include "facet_results_neon.h"

/// Without clamp: 16 bits and then 8 hold all results.
typedef struct {
  float32x4_t scale;
  int16x8_t zero;
  int8x16_t flip; ///< from signed bytes to stored ones
} facet_quantizer;

FACET_INLINE facet_quantizer facet_quantizer_of(float scale, int32_t stored_zero, int32_t stored_unsigned) {
  const facet_quantizer q = {vdupq_n_f32(scale), vdupq_n_s16((int16_t)(stored_zero - (stored_unsigned ? 128 : 0))),
                             vdupq_n_s8((int8_t)(stored_unsigned ? 0x80 : 0))};
  return q;
}

/// From numbers in units of the result's scale.
FACET_INLINE int8x16_t facet_quantized_units(facet_quantizer q, facet_floats p) {
#if defined(__arm__)
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) { // NaN becomes 0, as the conversion does on 64-bit ARM
    uint32x4_t is_number;
    __asm__("vceq.f32 %q0, %q1, %q1" : "=w"(is_number) : "w"(p.v[i])); // the compiler makes four instructions of it
    p.v[i] = vreinterpretq_f32_u32(vandq_u32(vreinterpretq_u32_f32(p.v[i]), is_number));
  }
#endif
  const int16x8_t w0 = vqaddq_s16(facet_narrowed(facet_rounded(p.v[0]), facet_rounded(p.v[1])), q.zero);
  const int16x8_t w1 = vqaddq_s16(facet_narrowed(facet_rounded(p.v[2]), facet_rounded(p.v[3])), q.zero);
  return veorq_s8(vcombine_s8(vqmovn_s16(w0), vqmovn_s16(w1)), q.flip);
}

FACET_INLINE int8x16_t facet_quantized(facet_quantizer q, const float *input) {
  facet_floats p;
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) p.v[i] = vmulq_f32(vld1q_f32(input + 4 * i), q.scale);
  return facet_quantized_units(q, p);
}
#endif
