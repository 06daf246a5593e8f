#define FACET_SMALL_ON_ARM
#include "facet_small.h"
#include "facet_conv_f32_body.h"
#include "facet_fma_f32.h"

FACET_INLINE void fused(float *acc, float x, const float *w) {
  for (int32_t j = 0; j < FACET_BLOCK; j++) acc[j] = facet_fma_f32(x, w[j], acc[j]);
}

/// Convolution and fully connected, float32, one chain of fused multiply-adds for each result.
void facet_conv_f32_scalar(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  facet_conv_f32_body(arguments, p0, p1, b0, b1, fused);
}
#include "facet_small_end.h"
