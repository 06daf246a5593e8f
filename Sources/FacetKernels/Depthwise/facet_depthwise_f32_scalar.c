#define FACET_SMALL_ON_ARM
#include "facet_small.h"
#include "facet_depthwise_f32_body.h"
#include "facet_fma_f32.h"

/// Depthwise convolution, float32, one chain of fused multiply-adds for each result.
void facet_depthwise_f32_scalar(const void *arguments, int32_t y0, int32_t y1) { facet_depthwise_f32_body(arguments, y0, y1, facet_fma_f32); }
#include "facet_small_end.h"
