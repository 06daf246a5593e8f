#if defined(__aarch64__)
#include "facet_vector_f32_neon.h"
#include "facet_depthwise_f32_tile.h"

/// Depthwise convolution, float32: 7 pixels by 8 channels, fused multiply-add.
void facet_depthwise_f32_7x8_neon(const void *arguments, int32_t y0, int32_t y1) { facet_depthwise_f32_tiles(arguments, y0, y1); }
#endif
