/// The taps of a pooling window that lie in the input, found once for all channels of an output pixel. Included before a target is set: nothing
/// here is for vectors.
#ifndef FACET_POOL_TAPS_H
#define FACET_POOL_TAPS_H
#include "facet_pool_window.h"

typedef struct {
  const uint8_t *first;
  ptrdiff_t row, pixel;  ///< to the next row of taps, to the next one in it
  int32_t rows, columns;
  int32_t counted, index; ///< how many count for the mean, and the index of its multiplier
} facet_pool_taps;

FACET_OUTLINE facet_window facet_pool_rows_at(const facet_pool *a, int32_t y) { return facet_pool_rows(a, y); }

FACET_OUTLINE facet_pool_taps facet_pool_taps_at(const facet_pool *a, facet_window rows, int32_t x) {
  const facet_window columns = facet_pool_columns(a, x);
  facet_pool_taps t = {facet_pool_pixel(a, rows, rows.begin, columns, columns.begin),
                       a->dilation_y * a->input_row,
                       a->dilation_x * a->input_pixel,
                       rows.end - rows.begin,
                       columns.end - columns.begin,
                       rows.counted * columns.counted,
                       facet_pool_index(a, rows, columns)};
  if (t.columns < 1) t.rows = 0;
  return t;
}

#endif
