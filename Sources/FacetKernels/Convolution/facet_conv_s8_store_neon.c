#if defined(__aarch64__)
#include "facet_conv_s8_store_neon.h"

static int8x16_t load_some(const int8_t *p, int32_t count) {
  int8_t some[PART] = {0};
  memcpy(some, p, (size_t)count);
  return vld1q_s8(some);
}

static void store_some(int8_t *p, int8x16_t v, int32_t count) {
  int8_t some[PART];
  vst1q_s8(some, v);
  memcpy(p, some, (size_t)count);
}

/// float(r - z) of four channels, times the multiplier, added to p.
FACET_INLINE float32x4_t with_residual(float32x4_t p, int32x4_t difference, float32x4_t multiplier) {
  return vaddq_f32(p, vmulq_f32(vcvtq_f32_s32(difference), multiplier));
}

void facet_conv_s8_store_neon(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const channel_constants *k, int32_t at,
                              int32_t count, int32x4_t acc[][4]) {
  const int32_t channels = part->count;
  if (c->scores) {
    for (int32_t i = 0; i < count; i++) {
      uint32_t sums[PART];
      memcpy(sums, acc[i], sizeof sums);
      const int32_t index = s->first + at + i;
      facet_store_s8(c, sums, (int32_t)part->first, part->channel, channels, index / c->out_width, index % c->out_width);
    }
    return;
  }
  const int8x8_t residual_zero = vdup_n_s8((int8_t)c->residual_zero);
  const float32x4_t multiplier = vdupq_n_f32(c->residual_multiplier);
  for (int32_t i = 0; i < count; i++) {
    float32x4_t p[4];
    FACET_UNROLLED_FOR(int v = 0; v < 4; v++) p[v] = vmulq_f32(vcvtq_f32_s32(acc[i][v]), k->multiplier[v]);
    if (c->residual) {
      const int8_t *residual = (const int8_t *)c->residual + s->residual[at + i] + part->channel;
      const int8x16_t r = channels == PART ? vld1q_s8(residual) : load_some(residual, channels);
      const int16x8_t r0 = vsubl_s8(vget_low_s8(r), residual_zero), r1 = vsubl_s8(vget_high_s8(r), residual_zero);
      p[0] = with_residual(p[0], vmovl_s16(vget_low_s16(r0)), multiplier);
      p[1] = with_residual(p[1], vmovl_high_s16(r0), multiplier);
      p[2] = with_residual(p[2], vmovl_s16(vget_low_s16(r1)), multiplier);
      p[3] = with_residual(p[3], vmovl_high_s16(r1), multiplier);
    }
    int8_t *output = (int8_t *)c->output + s->output[at + i] + part->channel;
    const int8x16_t bytes = rounded(k, p);
    if (channels == PART)
      vst1q_s8(output, bytes);
    else if (channels == PART / 2)
      vst1_s8(output, vget_low_s8(bytes));
    else
      store_some(output, bytes, channels);
  }
}
#endif
