/// Inputs of output pixels side by side, as int8 matrix products want them.
#ifndef FACET_CONV_S8_MATRIX_H
#define FACET_CONV_S8_MATRIX_H
#include "facet_conv_s8_packed.h"

/// Room for packed pixels and weights: what the packed pixels of AVX2 take.
#define FACET_MATRIX_BYTES (2 * FACET_PACKED_BYTES)

/// Bytes of a tile of 8 pixels: all steps together are rounded up to 8 inputs.
FACET_INLINE int64_t facet_matrix_tile(const facet_conv *c) { return (facet_packed_pixel(c) + 7) / 8 * 64; }

#endif
