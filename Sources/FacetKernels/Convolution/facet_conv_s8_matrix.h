/// Inputs of output pixels side by side, as int8 matrix products want them.
#ifndef FACET_CONV_S8_MATRIX_H
#define FACET_CONV_S8_MATRIX_H
#include "facet_conv_s8_packed.h"

/// Most scratch (7 x 7 pixels with 512 channels of 3 x 3 fit), and most tiles of 8 pixels in a strip, those of a `facet_strip`.
enum { FACET_MATRIX_SCRATCH = 8 * 36864, FACET_MATRIX_STRIP = 30 };

/// Bytes of a tile of 8 pixels: all steps together are rounded up to 16 inputs. 8 channels of weights take no more.
FACET_INLINE int64_t facet_matrix_tile(const facet_conv *c) { return (facet_packed_pixel(c) + 15) / 16 * 128; }

/// Tiles of a strip, at most: as many in each, and as few strips as there can be.
FACET_INLINE int64_t facet_matrix_strip(const facet_conv *c) {
  const int64_t all = ((int64_t)c->out_height * c->out_width + 7) / 8, room = FACET_MATRIX_SCRATCH / facet_matrix_tile(c) - 1;
  const int64_t most = room < FACET_MATRIX_STRIP ? room : FACET_MATRIX_STRIP, strips = (all + most - 1) / most;
  return (all + strips - 1) / strips;
}

/// Three segments of at most 16 bytes, which are soon put side by side.
FACET_INLINE int32_t facet_matrix_short_rows(const facet_segments *s) { return s->rows == 3 && s->columns == 1 && s->length <= 16; }

/// Whether it takes fewer instructions than dot products: not for few inputs, least where they have to be put side by side.
FACET_INLINE int32_t facet_matrix_pays(const facet_conv *c) {
  const facet_segments s = facet_conv_segments(c);
  if ((int64_t)c->out_height * c->out_width < 2 || facet_matrix_tile(c) > FACET_MATRIX_SCRATCH / 2) return 0;
  const int32_t few = (s.rows == 1 && s.columns == 1) || (facet_matrix_short_rows(&s) && c->group_outputs > 16);
  return facet_packed_pixel(c) >= (few ? 16 : 64);
}

/// The strip's pixels, then weights, or pixels before they are packed, which may be written some bytes too far.
FACET_INLINE size_t facet_matrix_scratch(const facet_conv *c) {
  return (size_t)(facet_matrix_tile(c) * (facet_matrix_strip(c) + 1) + FACET_OVERREAD);
}

#endif
