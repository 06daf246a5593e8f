/// Small windows whose rows are copied side by side, so that none is rounded up and all of one pixel is multiplied in one go.
#ifndef FACET_CONV_WINDOWS_H
#define FACET_CONV_WINDOWS_H
#include "facet_internal.h"

/// Inputs of a window, at most, and output pixels whose windows are copied together.
enum { FACET_WINDOW = 220, FACET_WINDOWS = 72 };

/// Bytes of the copy of a window; 0 where copying does not pay: one row, or whole steps of 4 that few output channels use.
FACET_INLINE int32_t facet_window_bytes(const facet_conv *c) {
  const facet_segments s = facet_conv_segments(c);
  const int64_t segments = (int64_t)s.rows * s.columns, bytes = segments * s.length;
  const int32_t pays = segments > 1 && c->groups == 1 && (s.length % 4 || c->group_outputs > FACET_BLOCK);
  return pays && bytes <= FACET_WINDOW ? (int32_t)(bytes + 3) / 4 * 4 : 0;
}

/// Scratch of a strip.
FACET_INLINE size_t facet_windows_scratch(const facet_conv *c) { return (size_t)facet_window_bytes(c) * FACET_WINDOWS; }

#endif
