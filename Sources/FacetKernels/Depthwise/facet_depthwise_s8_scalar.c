#define FACET_SMALL_ON_ARM_ONLY
#include "facet_small.h"
#include "facet_depthwise_s8_body.h"

/// Depthwise convolution, int8.
void facet_depthwise_s8_scalar(const void *arguments, int32_t y0, int32_t y1) { facet_depthwise_s8_body(arguments, y0, y1); }
#include "facet_small_end.h"
