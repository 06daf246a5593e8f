#include "facet_depthwise_s8_body.h"

/// Depthwise convolution, int8.
void facet_depthwise_s8_scalar(const facet_depthwise *d, int32_t y0, int32_t y1) { facet_depthwise_s8_body(d, y0, y1); }
