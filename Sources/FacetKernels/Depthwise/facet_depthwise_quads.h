/// A depthwise convolution by four input rows at a time, which a dot product of four bytes wants.
#ifndef FACET_DEPTHWISE_QUADS_H
#define FACET_DEPTHWISE_QUADS_H
#include "facet_internal.h"

/// At most: quads of rows, kernel columns, input columns by quads.
#define FACET_QUADS 2
#define FACET_QUAD_WIDTH 8
#define FACET_QUAD_COLUMNS 512
/// Input columns by quads of kernels that keep 64 bytes of each.
#define FACET_QUAD_ROW_COLUMNS 256

typedef struct {
  int32_t quads;   ///< of input rows
  int32_t rows;    ///< output rows that come of them: 2 where that costs no quad more
  int32_t columns; ///< of the input
} facet_depthwise_quads;

FACET_INLINE facet_depthwise_quads facet_depthwise_quads_of(const facet_conv *c) {
  const int32_t quads = (c->kernel_h + 3) / 4, two = c->dilation_y == 1 && c->kernel_h + c->stride_y <= 4 * quads;
  const facet_depthwise_quads q = {quads, two ? 2 : 1, (c->out_width - 1) * c->stride_x + (c->kernel_w - 1) * c->dilation_x + 1};
  return q;
}

/// Whether a kernel by quads can run it.
FACET_INLINE int32_t facet_depthwise_has_quads(const facet_conv *c) {
  if (c->scores || c->residual || c->kernel_h > 4 * FACET_QUADS || c->kernel_w > FACET_QUAD_WIDTH) return 0;
  const facet_depthwise_quads q = facet_depthwise_quads_of(c);
  return (int64_t)q.columns * q.quads <= FACET_QUAD_COLUMNS;
}

/// Whether a kernel by quads can run it that makes two output rows at a time of signed bytes.
FACET_INLINE int32_t facet_depthwise_has_row_pairs(const facet_conv *c) {
  if (c->stored_unsigned || c->scores || c->out_height < 2 || c->kernel_h > 4 * FACET_QUADS || c->kernel_w > FACET_QUAD_WIDTH) return 0;
  const facet_depthwise_quads q = facet_depthwise_quads_of(c);
  return q.rows == 2 && (int64_t)q.columns * q.quads <= FACET_QUAD_ROW_COLUMNS;
}

#endif
