#if defined(__aarch64__) || defined(__arm__)
#include "../facet_quantized_neon.h"
#include "facet_split_body.h"

typedef struct {
  facet_quantizer q;
  float32x4_t low, high, ratio;
} constants;

FACET_INLINE int32x4_t rounded(const constants *k, float32x4_t p) { return facet_rounded(vminq_f32(vmaxq_f32(p, k->low), k->high)); }

#if defined(__aarch64__)
/// Sixteen high parts and then their low ones.
FACET_INLINE void split(const constants *k, const float *input, uint8_t *parts) {
  facet_sums high, low;
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) {
    const float32x4_t p = vmulq_f32(vld1q_f32(input + 4 * i), k->q.scale);
    high.v[i] = rounded(k, p);
    low.v[i] = rounded(k, vmulq_f32(vsubq_f32(p, vcvtq_f32_s32(high.v[i])), k->ratio));
  }
  vst1q_s8((int8_t *)parts, facet_quantized_sums(k->q, high));
  vst1q_s8((int8_t *)parts + 16, facet_quantized_sums(k->q, low));
}
#else
/// The same, four after four: that is small, and has registers enough.
FACET_INLINE void split(const constants *k, const float *input, uint8_t *parts) {
  FACET_ROLLED_FOR(int i = 0; i < 4; i++, input += 4, parts += 4) {
    const float32x4_t p = facet_numbers(vmulq_f32(vld1q_f32(input), k->q.scale));
    const int32x4_t high = rounded(k, p), low = rounded(k, vmulq_f32(vsubq_f32(p, vcvtq_f32_s32(high)), k->ratio));
    const int32x2_t both = vreinterpret_s32_s8(veor_s8(facet_quantized_eight(k->q, high, low), vget_low_s8(k->q.flip)));
    vst1_lane_s32((void *)parts, both, 0);
    vst1_lane_s32((void *)(parts + 16), both, 1);
  }
}
#endif

/// float32 to two int8 parts, 16 at a time: x · scale = high + low / alpha, each rounded and, with the zero point, within ±127. NaN is 0.
void facet_split_f32_16_neon(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary *a = arguments;
  const facet_runs runs = facet_runs_of(a);
  const float lowest = (float)((a->stored_unsigned ? 1 : -127) - a->output_zero);
  const constants k = {facet_quantizer_of(a->scale, a->output_zero, a->stored_unsigned), vdupq_n_f32(lowest), vdupq_n_f32(lowest + 254.0f),
                       vdupq_n_f32(a->alpha)};
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < runs.count; x++) {
      const float *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      facet_parts to = {facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel), a->channels};
      FACET_ROLLED_FOR(int32_t left = runs.length; left > 0; left -= 16, input += 16) {
        _Alignas(4) uint8_t parts[32];
        split(&k, input, parts);
        facet_put_parts(a, &to, parts, 16, left);
      }
    }
}
#endif
