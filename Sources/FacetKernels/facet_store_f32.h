/// From accumulators to memory, float32: residual, clamp and store, for the channels of one pixel.
#ifndef FACET_STORE_F32_H
#define FACET_STORE_F32_H
#include "facet_internal.h"

FACET_INLINE void facet_store_f32(const facet_conv *c, const float *acc, int32_t channel, int32_t count, int32_t y, int32_t x) {
  float result[FACET_CHUNK];
  for (int32_t i = 0; i < count; i++) result[i] = acc[i];
  if (c->residual) {
    const float *r = (const float *)facet_at(c->residual, y * c->residual_row + x * c->residual_pixel) + channel;
    for (int32_t i = 0; i < count; i++) result[i] += r[i];
  }
  const float low = c->low_f, high = c->high_f;
  for (int32_t i = 0; i < count; i++) result[i] = facet_clamp(result[i], low, high);
  float *output = (float *)facet_at_mutable(c->output, y * c->output_row + x * c->output_pixel) + channel;
  memcpy(output, result, (size_t)count * sizeof(float));
}

#endif
