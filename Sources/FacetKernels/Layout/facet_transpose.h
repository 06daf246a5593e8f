/// Transposed copies, which several kernels make.
#ifndef FACET_TRANSPOSE_H
#define FACET_TRANSPOSE_H
#include "facet_internal.h"
#pragma GCC visibility push(hidden)

/// An element of 1 or 4 bytes, aligned.
FACET_INLINE void facet_copy_element(void *to, const void *from, size_t size) {
  if (size == 1)
    memcpy(to, from, 1);
  else
    memcpy(__builtin_assume_aligned(to, 4), __builtin_assume_aligned(from, 4), 4);
}

/// to[column][row] = from[row][column], elements of 1 or 4 bytes, aligned: those of a row of either lie side by side, steps between rows are in
/// bytes.
void facet_transpose(const uint8_t *from, ptrdiff_t from_step, uint8_t *to, ptrdiff_t to_step, int32_t rows, int32_t columns, int32_t size);

#pragma GCC visibility pop
#endif
