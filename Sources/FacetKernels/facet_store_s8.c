#include "facet_internal.h"

/// The results of `count` sums by 64 pieces of a function.
FACET_INLINE void pieces(const facet_conv *c, const float *p, uint8_t *result, int32_t count) {
  const float low = (float)(-32768 - c->offset), high = (float)(32767 - c->offset);
  const int32_t flip = c->stored_unsigned ? 128 : 0;
  for (int32_t i = 0; i < count; i++) {
    const float inside = p[i] < low ? low : p[i] > high ? high : p[i];
    const int32_t v = facet_round(inside) + c->offset, piece = v >> 10 & 63;
    const int32_t w = (int16_t)(c->pieces[piece] + ((c->pieces[FACET_PIECES + piece] * (v & 1023) + 512) >> 10));
    const int32_t y = (w + 64) >> 7;
    result[i] = (uint8_t)((y < -128 ? -128 : y > 127 ? 127 : y) ^ flip);
  }
}

void facet_store_s8(const facet_conv *c, const uint32_t *acc, int32_t first, int32_t channel, int32_t count, int32_t y, int32_t x) {
  float residual[FACET_CHUNK];
  if (c->residual) {
    const void *r = facet_at(c->residual, y * c->residual_row + x * c->residual_pixel + channel);
    if (c->stored_unsigned)
      for (int32_t i = 0; i < count; i++) residual[i] = (float)(((const uint8_t *)r)[i] - c->residual_zero);
    else
      for (int32_t i = 0; i < count; i++) residual[i] = (float)(((const int8_t *)r)[i] - c->residual_zero);
  }
  if (c->scores) {
    float *scores = (float *)facet_at_mutable(c->scores, y * c->scores_row + x * c->scores_pixel) + channel;
    const float *multiplier = c->scores_multiplier + first;
    float result[FACET_CHUNK];
    for (int32_t i = 0; i < count; i++) result[i] = (float)(int32_t)acc[i] * multiplier[i];
    if (c->residual)
      for (int32_t i = 0; i < count; i++) result[i] += residual[i] * c->scores_residual_multiplier;
    memcpy(scores, result, (size_t)count * sizeof(float));
  }
  if (c->output) {
    void *output = facet_at_mutable(c->output, y * c->output_row + x * c->output_pixel + channel);
    const float *multiplier = c->multiplier + first;
    const float low = (float)(c->low - c->zero), high = (float)(c->high - c->zero);
    const int32_t zero = c->zero;
    float p[FACET_CHUNK];
    for (int32_t i = 0; i < count; i++) p[i] = (float)(int32_t)acc[i] * multiplier[i];
    if (c->residual)
      for (int32_t i = 0; i < count; i++) p[i] += residual[i] * c->residual_multiplier;
    if (c->function == FACET_RESULT_SLOPES)
      for (int32_t i = 0; i < count; i++) p[i] = p[i] < 0 ? p[i] * c->slopes[first + i] : p[i];
    if (c->function == FACET_RESULT_HARD_SWISH)
      for (int32_t i = 0; i < count; i++) p[i] *= facet_clamp(p[i] * c->alpha + c->beta, 0, 1);
    uint8_t result[FACET_CHUNK];
    if (c->function == FACET_RESULT_PIECES)
      pieces(c, p, result, count);
    else
      for (int32_t i = 0; i < count; i++) result[i] = facet_requantize(p[i], low, high, zero);
    memcpy(output, result, (size_t)count);
  }
}
