/// Inputs of output pixels side by side, with their magnitudes: what vpmaddubsw, which multiplies unsigned by signed bytes, wants.
#ifndef FACET_CONV_S8_PACKED_H
#define FACET_CONV_S8_PACKED_H
#include "facet_conv_tile.h"

/// Inputs of one output pixel, at most; enough for 512 channels of 7 x 7.
#define FACET_PACKED_BYTES 26112

/// Bytes of one output pixel: each segment is rounded up to 4.
FACET_INLINE int64_t facet_packed_pixel(const facet_conv *c) {
  const facet_segments s = facet_conv_segments(c);
  return (int64_t)s.rows * s.columns * (((int64_t)s.length + 3) / 4 * 4);
}

#endif
