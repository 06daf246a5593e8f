#include "facet_small.h"
#include "facet_normalization_f32_body.h"

/// Normalization of each pixel's channels, float32.
void facet_normalize_pixels_f32_scalar(const void *arguments, int32_t y0, int32_t y1) { facet_normalize_pixels_f32_body(arguments, y0, y1); }

/// Normalization of channels over all pixels, float32.
void facet_normalize_planes_f32_scalar(const void *arguments, int32_t y0, int32_t y1) { facet_normalize_planes_f32_body(arguments, y0, y1); }
#include "facet_small_end.h"
