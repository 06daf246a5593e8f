#if defined(__riscv) && __riscv_xlen == 64
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_normalization_s8_body.h"

/// Normalization of each pixel's channels, int8: the scalar loops, vectorized.
void facet_normalize_pixels_s8_rvv(const void *arguments, int32_t y0, int32_t y1) { facet_normalize_pixels_s8_body(arguments, y0, y1); }

/// Normalization of channels over all pixels, int8: the scalar loops, vectorized over channels.
void facet_normalize_planes_s8_rvv(const void *arguments, int32_t y0, int32_t y1) { facet_normalize_planes_s8_body(arguments, y0, y1); }
#pragma clang attribute pop
#endif
