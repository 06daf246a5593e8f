#if defined(__aarch64__)
#include "facet_conv_s8_store_neon.h"

// The first `count` bytes, fewer than 16, without a call: then all constants stay in registers.

FACET_INLINE int8x16_t load_some(const int8_t *p, int32_t count) {
  uint64_t low = 0, rest = 0;
  uint32_t four = 0;
  uint16_t two = 0;
  uint8_t one = 0;
  if (count & 8) memcpy(&low, p, 8), p += 8;
  if (count & 4) memcpy(&four, p, 4), p += 4;
  if (count & 2) memcpy(&two, p, 2), p += 2;
  if (count & 1) memcpy(&one, p, 1);
  rest = (uint64_t)one << (count & 2 ? 16 : 0) | two;
  rest = rest << (count & 4 ? 32 : 0) | four;
  return vreinterpretq_s8_u64(vcombine_u64(vcreate_u64(count & 8 ? low : rest), vcreate_u64(count & 8 ? rest : 0)));
}

FACET_INLINE void store_some(int8_t *p, int8x16_t v, int32_t count) {
  if (count & 8) vst1_s8(p, vget_low_s8(v)), v = vextq_s8(v, v, 8), p += 8;
  if (count & 4) vst1q_lane_s32((int32_t *)(void *)p, vreinterpretq_s32_s8(v), 0), v = vextq_s8(v, v, 4), p += 4;
  if (count & 2) vst1q_lane_s16((int16_t *)(void *)p, vreinterpretq_s16_s8(v), 0), v = vextq_s8(v, v, 2), p += 2;
  if (count & 1) vst1q_lane_s8(p, v, 0);
}

FACET_OUTLINE void store_scores(const facet_conv *c, const facet_conv_part *part, int32_t index, int32_t count, int32x4_t acc[][4]) {
  for (int32_t i = 0; i < count; i++, index++) {
    uint32_t sums[PART];
    memcpy(sums, acc[i], sizeof sums);
    facet_store_s8(c, sums, (int32_t)part->first, part->channel, part->count, index / c->out_width, index % c->out_width);
  }
}

void facet_conv_s8_store_neon(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const channel_constants *k, int32_t at,
                              int32_t count, int32x4_t acc[][4]) {
  if (c->scores) {
    store_scores(c, part, s->first + at, count, acc);
    return;
  }
  const requantization numbers = k->numbers;
  const int32_t channels = part->count;
  int8_t *output = k->output;
  const int8_t *residual = k->residual;
  for (int32_t i = 0; i < count; i++) {
    int8x16_t bytes;
    if (residual) {
      const int8_t *from = residual + s->residual[at + i];
      bytes = requantized(&numbers, acc[i], channels == PART ? vld1q_s8(from) : load_some(from, channels), 1);
    } else {
      bytes = requantized(&numbers, acc[i], vdupq_n_s8(0), 0);
    }
    int8_t *to = output + s->output[at + i];
    if (channels == PART)
      vst1q_s8(to, bytes);
    else
      store_some(to, bytes, channels);
  }
}

void facet_conv_s8_store_narrow_neon(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const channel_constants *k, int32_t at,
                                     int32_t count, int32x4_t acc[][2]) {
  const requantization numbers = k->numbers;
  int8_t *output = k->output;
  const int8_t *residual = k->residual;
  int32_t i = 0;
  for (; k->plain == NARROW && i + 2 <= count; i += 2) {
    const ptrdiff_t *place = s->residual + at + i, *to = s->output + at + i;
    int8x16_t bytes;
    if (residual)
      bytes = requantized(&numbers, acc[i], vcombine_s8(vld1_s8(residual + place[0]), vld1_s8(residual + place[1])), 1);
    else
      bytes = requantized(&numbers, acc[i], vdupq_n_s8(0), 0);
    vst1_s8(output + to[0], vget_low_s8(bytes));
    vst1_s8(output + to[1], vget_high_s8(bytes));
  }
  for (; i < count; i++) {
    int32x4_t one[1][4] = {{acc[i][0], acc[i][1], acc[i][0], acc[i][1]}};
    facet_conv_s8_store_neon(c, s, part, k, at + i, 1, one);
  }
}
#endif
