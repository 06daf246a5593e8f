#include "facet_depthwise_f32_body.h"

/// Depthwise convolution, float32.
void facet_depthwise_f32_scalar(const facet_depthwise *d, int32_t y0, int32_t y1) { facet_depthwise_f32_body(d, y0, y1); }
