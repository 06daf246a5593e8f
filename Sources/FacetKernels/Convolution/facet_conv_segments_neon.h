/// The loops of a tile over the segments of its inputs, in assembly: with intrinsics, the compiler moves 16 and more sums in and out of memory.
#ifndef FACET_CONV_SEGMENTS_NEON_H
#define FACET_CONV_SEGMENTS_NEON_H
#include "facet_conv_strip_neon.h"

/// A segment has `vectors` times 16 bytes and `lanes` times 4 bytes of inputs; `column` and `row` lead from where a tile's pointers stand behind it
/// to the next one. `in_order`: for a core that runs instructions in their order.
typedef struct {
  ptrdiff_t columns, rows, vectors, lanes, column, row, in_order;
} segment_loops;

/// Pointers stand behind the vectors, and behind two lanes of the rest where `pairs`.
FACET_INLINE segment_loops segment_loops_of(const facet_conv *c, ptrdiff_t element, int pairs) {
  const facet_segments s = facet_conv_segments(c);
  const ptrdiff_t lanes = (s.length * element + 3) / 4, tap_row = c->input_row * c->dilation_y, tap_pixel = c->input_pixel * c->dilation_x;
  const ptrdiff_t passed = lanes / 4 * 16 + (pairs ? lanes % 4 / 2 * 8 : 0);
  const segment_loops l = {s.columns, s.rows, lanes / 4, lanes % 4, tap_pixel - passed, tap_row - (s.columns - 1) * tap_pixel - passed, 0};
  return l;
}

// clang-format off
/// VECTOR: 16 bytes of inputs of all pixels, with `subs %[vector], %[vector], #1` in it; LANES: the rest, with %[lanes] from 1 to 3, going
/// to 5 when done; ADDS(operand): adds it to all pointers. Its operands in ROW_OPERANDS and LOOP_OPERANDS. FIRST: before the vectors of a segment.
#define SEGMENT_LOOPS(VECTOR, LANES, ADDS) SEGMENT_LOOPS_AHEAD("", VECTOR, LANES, ADDS)
#define SEGMENT_LOOPS_AHEAD(FIRST, VECTOR, LANES, ADDS)         \
  "1: mov %[column], %[columns]\n"                              \
  "2: mov %[vector], %[vectors]\n"                              \
  "cbz %[vector], 4f\n" FIRST                                   \
  "3:\n" VECTOR "b.ne 3b\n"                                     \
  "4: cbz %[lanes], 5f\n" LANES                                 \
  "5: subs %[column], %[column], #1\n"                          \
  "b.eq 6f\n" ADDS("next_column") "b 2b\n"                      \
  "6: subs %[row], %[row], #1\n"                                \
  "b.eq 7f\n" ADDS("next_row") "b 1b\n"                         \
  "7:\n"
#define ROW_OPERANDS [w] "+&r"(w), [row] "+&r"(row), [column] "=&r"(column), [vector] "=&r"(vector)
#define LOOP_OPERANDS [initial] "r"(initial), [columns] "r"(l->columns), [vectors] "r"(l->vectors), [lanes] "r"(l->lanes),  \
    [next_column] "r"(l->column), [next_row] "r"(l->row), [step] "r"((ptrdiff_t)FACET_BLOCK * 4)
/// A step of weights of 16 channels in four registers.
#define LOAD_WEIGHTS(A, B, C, D) "ld1 {v" #A ".16b, v" #B ".16b, v" #C ".16b, v" #D ".16b}, [%[w]], %[step]\n"
// clang-format on

#endif
