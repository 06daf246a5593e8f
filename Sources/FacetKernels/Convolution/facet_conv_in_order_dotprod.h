/// The sums of sdot's tiles in an order for cores that run instructions in theirs (facet_conv_in_order_neon.h).
#ifndef FACET_CONV_IN_ORDER_DOTPROD_H
#define FACET_CONV_IN_ORDER_DOTPROD_H
#include "facet_conv_in_order_neon.h"
#include "facet_conv_lanes_neon.h"

// Cycles of 16 inputs where one sdot starts in each, with one other instruction beside it, and loads of 128 bits take two:
//   5 pixels: 80 sdot. Plain order: 21 loads of 128 bits, 80 + 42 = 122. Here: 63 loads and joins, 4 others, all beside an sdot: 80.
//   4 pixels: 64 sdot. Plain order: 20 loads, 104. Here: 60 and 4, of which two cycles have one too many: 66.

// clang-format off
// Weights: channels 0 to 11 of a step in A, B, C, which are v0 to v2 and v9 to v11 by turns; 12 to 15 in v3, which is loaded again when the last
// pixel has been multiplied with it. Inputs: v4 to v8.
#define TO(I, J, W, V, lane) LANE_MULTIPLY("%[a" #I #J "]", "v" #W, "v" #V, lane)
#define PIXEL(I, V, lane, A, B, C, S0, S1, S2, S3) TO(I, 0, A, V, lane) S0 TO(I, 1, B, V, lane) S1 TO(I, 2, C, V, lane) S2 TO(I, 3, 3, V, lane) S3
#define LAST(I, V, lane, A, B, C, S0, S1, S2, S3) TO(I, 3, 3, V, lane) S0 TO(I, 0, A, V, lane) S1 TO(I, 1, B, V, lane) S2 TO(I, 2, C, V, lane) S3

// Weights from `at` behind w on: of channels 4 J to 4 J + 3.
#define W_LOW(V, w, at, J) LOW(V, "[" w ", #" #at "+16*" #J "]")
#define W_HIGH(x, w, at, J) HIGH(x, "[" w ", #" #at "+16*" #J "+8]")
// The inputs of the next 16 bytes: they come in steps 2 and 3, those of pixels 3 and 4 in step 0.
#define X_LOW(V, I) LOW(V, "[%[x" #I "], #16]!")
#define X_HIGH(x, I) HIGH(x, "[%[x" #I "], #24]")
#define X_LOW_HERE(V, I) LOW(V, "[%[x" #I "]], #16")
#define X_HIGH_HERE(x, I) HIGH(x, "[%[x" #I "], #8]")
#define W_FORWARD "add %[w], %[w], #512\n"
#define W_COMPARED "cmp %[w], %[last]\n"
#define W_NEXT "csel x14, %[w], %[last], lo\n"

// A step of 5 pixels: multiplies with A, B, C, loads D, E, F; eight places are free.
#define STEP_5(lane, A, B, C, D, E, F, w, at, F1, F2, F3, F4, F5, F6, F7, F8)                                                        \
  PIXEL(0, 4, lane, A, B, C, W_LOW(D, w, at, 0), W_HIGH(x9, w, at, 0), W_LOW(E, w, at, 1), W_HIGH(x10, w, at, 1))                   \
  PIXEL(1, 5, lane, A, B, C, F1, JOIN(D, x9), W_LOW(F, w, at, 2), W_HIGH(x9, w, at, 2))                                             \
  PIXEL(2, 6, lane, A, B, C, JOIN(E, x10), F2, F3, JOIN(F, x9))                                                                     \
  PIXEL(3, 7, lane, A, B, C, F4, F5, W_HIGH(x10, w, at, 3), F6)                                                                     \
  LAST(4, 8, lane, A, B, C, W_LOW(3, w, at, 3), F7, F8, JOIN(3, x10))
#define VECTOR_5                                                                                                                    \
  PIXEL(0, 4, "0", 0, 1, 2, X_HIGH_HERE(x11, 3), X_LOW_HERE(7, 3), X_HIGH_HERE(x12, 4), X_LOW_HERE(8, 4))                           \
  PIXEL(1, 5, "0", 0, 1, 2, W_LOW(9, "%[w]", 128, 0), W_HIGH(x9, "%[w]", 128, 0), W_LOW(10, "%[w]", 128, 1), JOIN(7, x11))          \
  PIXEL(2, 6, "0", 0, 1, 2, JOIN(8, x12), W_HIGH(x10, "%[w]", 128, 1), W_LOW(11, "%[w]", 128, 2), JOIN(9, x9))                      \
  PIXEL(3, 7, "0", 0, 1, 2, W_HIGH(x9, "%[w]", 128, 2), NONE, JOIN(10, x10), W_HIGH(x10, "%[w]", 128, 3))                           \
  LAST(4, 8, "0", 0, 1, 2, W_LOW(3, "%[w]", 128, 3), JOIN(11, x9), W_FORWARD, JOIN(3, x10))                                         \
  STEP_5("1", 9, 10, 11, 0, 1, 2, "%[w]", -256, NONE, NONE, NONE, NONE, NONE, W_COMPARED, W_NEXT, NONE)                             \
  STEP_5("2", 0, 1, 2, 9, 10, 11, "%[w]", -128, X_HIGH(x11, 0), X_HIGH(x12, 1), X_HIGH(x13, 2), NONE, NONE, NONE, NONE, NONE)       \
  STEP_5("3", 9, 10, 11, 0, 1, 2, "x14", 0, X_LOW(4, 0), X_LOW(5, 1), JOIN(4, x11), X_LOW(6, 2), JOIN(5, x12), NONE, JOIN(6, x13), COUNTED)

// Of 4 pixels; four places are free.
#define STEP_4(lane, A, B, C, D, E, F, at, F1, F2, F3, F4)                                                                          \
  PIXEL(0, 4, lane, A, B, C, W_LOW(D, "%[w]", at, 0), W_HIGH(x9, "%[w]", at, 0), W_LOW(E, "%[w]", at, 1), W_HIGH(x10, "%[w]", at, 1)) \
  PIXEL(1, 5, lane, A, B, C, W_LOW(F, "%[w]", at, 2), JOIN(D, x9), W_HIGH(x9, "%[w]", at, 2), JOIN(E, x10))                         \
  PIXEL(2, 6, lane, A, B, C, F1, F2, JOIN(F, x9), W_HIGH(x10, "%[w]", at, 3))                                                       \
  LAST(3, 7, lane, A, B, C, W_LOW(3, "%[w]", at, 3), F3, F4, JOIN(3, x10))
#define VECTOR_4                                                                                                                    \
  PIXEL(0, 4, "0", 0, 1, 2, X_HIGH_HERE(x11, 3), X_LOW_HERE(7, 3), W_LOW(9, "%[w]", 128, 0), W_HIGH(x9, "%[w]", 128, 0))            \
  PIXEL(1, 5, "0", 0, 1, 2, W_LOW(10, "%[w]", 128, 1), W_HIGH(x10, "%[w]", 128, 1), JOIN(7, x11), JOIN(9, x9))                      \
  PIXEL(2, 6, "0", 0, 1, 2, W_LOW(11, "%[w]", 128, 2), W_HIGH(x9, "%[w]", 128, 2), JOIN(10, x10), W_HIGH(x10, "%[w]", 128, 3))      \
  LAST(3, 7, "0", 0, 1, 2, W_LOW(3, "%[w]", 128, 3), W_FORWARD, JOIN(11, x9), JOIN(3, x10))                                         \
  STEP_4("1", 9, 10, 11, 0, 1, 2, -256, W_COMPARED, W_NEXT, NONE, NONE)                                                             \
  STEP_4("2", 0, 1, 2, 9, 10, 11, -128, X_HIGH(x11, 0), X_HIGH(x12, 1), X_HIGH(x13, 2), NONE)                                       \
  PIXEL(0, 4, "3", 9, 10, 11, W_LOW(0, "x14", 0, 0), W_HIGH(x9, "x14", 0, 0), W_LOW(1, "x14", 0, 1), W_HIGH(x10, "x14", 0, 1))      \
  PIXEL(1, 5, "3", 9, 10, 11, X_LOW(4, 0), JOIN(0, x9), W_LOW(2, "x14", 0, 2), W_HIGH(x9, "x14", 0, 2))                             \
  PIXEL(2, 6, "3", 9, 10, 11, JOIN(1, x10), X_LOW(5, 1), JOIN(4, x11), W_HIGH(x10, "x14", 0, 3))                                    \
  LAST(3, 7, "3", 9, 10, 11, X_LOW(6, 2) W_LOW(3, "x14", 0, 3), JOIN(2, x9) COUNTED, JOIN(5, x12), JOIN(6, x13) JOIN(3, x10))

#define FIRST "ld1 {v0.16b-v3.16b}, [%[w]]\n ldr q4, [%[x0]]\n ldr q5, [%[x1]]\n ldr q6, [%[x2]]\n"
#define TILE(N)                                                                                                                     \
  __asm__(LANE_STARTS_##N SEGMENT_LOOPS_AHEAD(FIRST, VECTOR_##N, LANE_REST(N), LANE_ADDS_##N)                                       \
          : LANE_ALL_##N, ROW_OPERANDS                                                                                              \
          : LOOP_OPERANDS, [last] "r"(last)                                                                                         \
          : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "x9", "x10", "x11",     \
            "x12", "x13", "x14", "cc", "memory")
// clang-format on

/// Sums of 4 or 5 pixels, as lane_sums.
FACET_INLINE void ordered_sums(const segment_loops *l, const ptrdiff_t *in, const uint8_t *w, const int32_t *initial, int32x4_t acc[][4],
                               const int N) {
  const uint8_t *last = last_weights(l, w, 4 * l->vectors + l->lanes);
  ptrdiff_t row = l->rows, column, vector, x0 = in[0], x1 = in[1], x2 = in[2], x3 = in[3];
  if (N == 4) {
    TILE(4);
    return;
  }
  ptrdiff_t x4 = in[4];
  TILE(5);
}

#endif
