#if defined(__aarch64__)
#define LANE_MULTIPLY(sums, weights, inputs, lane) "fmla " sums ".4s, " weights ".4s, " inputs ".s[" lane "]\n"
#include "facet_conv_lanes_neon.h"

/// Comparisons instead of fmax and fmin: NaN stays, and so does -0 where the bound is 0.
FACET_INLINE float32x4_t clamped(float32x4_t v, float32x4_t low, float32x4_t high) {
  v = vbslq_f32(vcltq_f32(v, low), low, v);
  return vbslq_f32(vcgtq_f32(v, high), high, v);
}

/// Any tile, of so many vectors of channels: one copy for all of them, which keeps the engine small.
FACET_OUTLINE void store_any(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, int32_t at, int32_t count, const int32x4_t *acc,
                             int32_t vectors) {
  const float32x4_t low = vdupq_n_f32(c->low_f), high = vdupq_n_f32(c->high_f);
  for (int32_t i = 0; i < count; i++) {
    float *to = (float *)facet_at_mutable(c->output, s->output[at + i]) + part->channel;
    const float *residual = c->residual ? (const float *)facet_at(c->residual, s->residual[at + i]) + part->channel : NULL;
    int32_t left = part->count;
    FACET_ROLLED_FOR(const int32x4_t *sums = acc + i * vectors; left >= 4; left -= 4, to += 4, sums++) {
      float32x4_t v = vreinterpretq_f32_s32(*sums);
      if (residual) v = vaddq_f32(v, vld1q_f32(residual)), residual += 4;
      vst1q_f32(to, clamped(v, low, high));
    }
    float32x4_t v = vreinterpretq_f32_s32(acc[i * vectors + part->count / 4 % vectors]);
    FACET_ROLLED_FOR(; left > 0; left--, to++) { // the last one to three, one by one from lane 0
      float32x4_t one = v;
      if (residual) one = vaddq_f32(one, vld1q_dup_f32(residual++));
      vst1q_lane_f32(to, clamped(one, low, high), 0);
      v = vextq_f32(v, v, 1);
    }
  }
}

/// By 16 channels.
FACET_INLINE void tile(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const segment_loops *l, const void *constants,
                       int32_t at, int32_t valid, const int N) {
  (void)constants;
  int32x4_t acc[5][4];
  lane_sums(l, s->input + at, part->weights, c->bias + part->first, acc, N);
  if (valid == N && part->count == PART && !c->residual) {
    const float32x4_t low = vdupq_n_f32(c->low_f), high = vdupq_n_f32(c->high_f);
    float *output = (float *)c->output + part->channel;
    FACET_UNROLLED_FOR(int i = 0; i < N; i++)
      FACET_UNROLLED_FOR(int v = 0; v < 4; v++)
        vst1q_f32((float *)facet_at_mutable(output, s->output[at + i]) + 4 * v, clamped(vreinterpretq_f32_s32(acc[i][v]), low, high));
    return;
  }
  int32x4_t sums[5][4]; // a copy: what has an address stays in memory
  FACET_UNROLLED_FOR(int i = 0; i < N; i++)
    FACET_UNROLLED_FOR(int v = 0; v < 4; v++) sums[i][v] = acc[i][v];
  store_any(c, s, part, at, valid, sums[0], 4);
}

/// 8 channels, where that many are left.
FACET_INLINE void narrow(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const segment_loops *l, const void *constants,
                         int32_t at, int32_t valid, const int N) {
  (void)constants, (void)N;
  int32x4_t acc[8][2];
  narrow_sums(l, s->input + at, part->weights, c->bias + part->first, acc);
  store_any(c, s, part, at, valid, acc[0], 2);
}

FACET_OUTLINE void tiles(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const void *all) {
  lane_tiles(c, s, part, all, NULL, tile, narrow);
}

/// Convolution and fully connected, float32: 5 pixels by 16 channels, 20 accumulators, fused multiply-add.
void facet_conv_f32_5x16_neon(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const segment_loops l = segment_loops_of(arguments, sizeof(float), 0);
  facet_conv_strips(arguments, p0, p1, b0, b1, sizeof(float), tiles, &l);
}
#endif
