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

/// Numbers, of which NaN becomes 0 when they are rounded: on 32-bit ARM before that.
FACET_INLINE float32x4_t facet_numbers(float32x4_t p) {
#if defined(__arm__)
  uint32x4_t is_number;
  __asm__("vceq.f32 %q0, %q1, %q1" : "=w"(is_number) : "w"(p)); // the compiler makes four instructions of it
  p = vreinterpretq_f32_u32(vandq_u32(vreinterpretq_u32_f32(p), is_number));
#endif
  return p;
}

/// Eight results of rounded numbers, stored signed.
FACET_INLINE int8x8_t facet_quantized_eight(facet_quantizer q, int32x4_t a, int32x4_t b) {
  return vqmovn_s16(vqaddq_s16(facet_narrowed(a, b), q.zero));
}

/// Stored bytes of rounded numbers.
FACET_INLINE int8x16_t facet_quantized_sums(facet_quantizer q, facet_sums s) {
  return veorq_s8(vcombine_s8(facet_quantized_eight(q, s.v[0], s.v[1]), facet_quantized_eight(q, s.v[2], s.v[3])), q.flip);
}

/// From numbers in units of the result's scale.
FACET_INLINE int8x16_t facet_quantized_units(facet_quantizer q, facet_floats p) {
  facet_sums s;
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) s.v[i] = facet_rounded(facet_numbers(p.v[i]));
  return facet_quantized_sums(q, s);
}

FACET_INLINE int8x16_t facet_quantized(facet_quantizer q, const float *input) {
  facet_floats p;
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) p.v[i] = vmulq_f32(vld1q_f32(input + 4 * i), q.scale);
  return facet_quantized_units(q, p);
}
#endif
