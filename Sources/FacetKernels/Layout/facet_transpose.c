#include "facet_small.h"
#include "facet_transpose.h"

/// `count` rows side by side, so that one walk along them serves as many elements.
FACET_INLINE void facet_transpose_rows(const uint8_t *from, ptrdiff_t from_step, uint8_t *to, ptrdiff_t to_step, int32_t columns, const int32_t count,
                                       const size_t size) {
  const uint8_t *rows[4];
  FACET_UNROLLED_FOR(int j = 0; j < count; j++) rows[j] = from + j * from_step;
  FACET_ROLLED_FOR(; columns > 0; columns--, to += to_step)
    FACET_UNROLLED_FOR(int j = 0; j < count; j++) {
      facet_copy_element(to + (size_t)j * size, rows[j], size);
      rows[j] += size;
    }
}

FACET_INLINE void facet_transpose_sized(const uint8_t *from, ptrdiff_t from_step, uint8_t *to, ptrdiff_t to_step, int32_t rows, int32_t columns,
                                        const size_t size) {
  for (; rows >= 4; rows -= 4, from += 4 * from_step, to += 4 * size) facet_transpose_rows(from, from_step, to, to_step, columns, 4, size);
  for (; rows > 0; rows--, from += from_step, to += size) facet_transpose_rows(from, from_step, to, to_step, columns, 1, size);
}

void facet_transpose(const uint8_t *from, ptrdiff_t from_step, uint8_t *to, ptrdiff_t to_step, int32_t rows, int32_t columns, int32_t size) {
  if (size == 1)
    facet_transpose_sized(from, from_step, to, to_step, rows, columns, 1);
  else
    facet_transpose_sized(from, from_step, to, to_step, rows, columns, 4);
}
#include "facet_small_end.h"
