#define FACET_SMALL_ON_ARM
#include "facet_small.h"
#include "facet_normalization_s8_body.h"

/// Normalization of each pixel's channels, int8.
void facet_normalize_pixels_s8_scalar(const void *arguments, int32_t y0, int32_t y1) { facet_normalize_pixels_s8_body(arguments, y0, y1); }

/// Normalization of channels over all pixels, int8.
void facet_normalize_planes_s8_scalar(const void *arguments, int32_t y0, int32_t y1) { facet_normalize_planes_s8_body(arguments, y0, y1); }
#include "facet_small_end.h"
