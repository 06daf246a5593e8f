/// The sums of the tile of 2 pixels by 16 channels in an order for cores that run instructions in theirs. Whoever includes this has the macros of the
/// plain order (facet_conv_s8_2x16_neon.c).
#ifndef FACET_CONV_IN_ORDER_PAIRS_NEON_H
#define FACET_CONV_IN_ORDER_PAIRS_NEON_H
#include "facet_conv_in_order_neon.h"
#include <arm_neon.h>

// Cycles of two steps by public notes on Cortex-A53, where one multiplication or addition starts in each: 48, and in the plain order 8 loads of
// 128 bits and two of twice as much: 48 + 24 = 72. Here 8 cycles have a LOW with a move into a vector beside it, the first of them waits for one,
// and four moves are alone: 61.

// clang-format off
// Twelve instructions of pixel I, which has its inputs of two steps in X and Y, with 8 channels, whose weights are in V, W and M, N.
#define ORDERED_PAIRS(I, X, Y, V, W, M, N, S0, S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11)                                          \
  "smull v10.8h, v" #X ".8b, v" #V ".8b\n" S0 "smull2 v11.8h, v" #X ".16b, v" #V ".16b\n" S1                                          \
  "smull v12.8h, v" #X ".8b, v" #W ".8b\n" S2 "smull2 v13.8h, v" #X ".16b, v" #W ".16b\n" S3                                          \
  "smlal v10.8h, v" #Y ".8b, v" #M ".8b\n" S4 "smlal2 v11.8h, v" #Y ".16b, v" #M ".16b\n" S5                                          \
  "smlal v12.8h, v" #Y ".8b, v" #N ".8b\n" S6 "smlal2 v13.8h, v" #Y ".16b, v" #N ".16b\n" S7                                          \
  "sadalp %[a" #I #V "0].4s, v10.8h\n" S8 "sadalp %[a" #I #V "1].4s, v11.8h\n" S9                                                     \
  "sadalp %[a" #I #W "0].4s, v12.8h\n" S10 "sadalp %[a" #I #W "1].4s, v13.8h\n" S11
#define W(at) "[x14, #" #at "]"
#define IN_ALL_LANES(V, x) "dup v" #V ".4s, " #x "\n"
/// Weights of two steps: v0 to v3 and v4 to v7; inputs: v8 and v9, v14 and v15. All of them come again from the middle on.
#define ORDERED_TWO_STEPS                                                                                                             \
  ORDERED_PAIRS(0, 8, 9, 0, 1, 4, 5, "add %[w], %[w], #256\n", "cmp %[w], %[last]\n", "csel x14, %[w], %[last], ls\n", NONE, NONE,    \
                NONE, NONE, NONE, NONE, NONE, NONE, NONE)                                                                             \
  ORDERED_PAIRS(1, 14, 15, 0, 1, 4, 5, NONE, NONE, NONE, NONE, NONE, NONE, NONE, HIGH(x10, "[%[x0], #8]!"), NONE,                     \
                HIGH(x11, "[%[x1], #8]!"), NONE, NONE)                                                                                \
  ORDERED_PAIRS(0, 8, 9, 2, 3, 6, 7, HIGH(x9, W(8)), NONE, NONE, LOW(0, W(0)) IN_ALL_LANES(8, w10), HIGH(x12, W(24)),                 \
                "lsr x10, x10, #32\n", LOW(1, W(16)) JOIN(0, x9), HIGH(x9, W(136)),                                                   \
                IN_ALL_LANES(9, w10) LOW(4, W(128)) JOIN(1, x12), HIGH(x12, W(152)), NONE, LOW(5, W(144)) JOIN(4, x9))                \
  ORDERED_PAIRS(1, 14, 15, 2, 3, 6, 7, HIGH(x9, W(40)), NONE, LOW(2, W(32)) JOIN(5, x12), HIGH(x12, W(56)), NONE,                     \
                LOW(3, W(48)) JOIN(2, x9), HIGH(x9, W(168)) IN_ALL_LANES(14, w11) "lsr x11, x11, #32\n", LOW(6, W(160)) JOIN(3, x12), \
                HIGH(x12, W(184)) IN_ALL_LANES(15, w11), LOW(7, W(176)) JOIN(6, x9), COUNTED, JOIN(7, x12))
#define FIRST_TWO_STEPS                                                                                                               \
  "ldp q0, q1, [%[w]]\n ldp q2, q3, [%[w], #32]\n ldp q4, q5, [%[w], #128]\n ldp q6, q7, [%[w], #160]\n"                              \
  "ld2r {v8.4s, v9.4s}, [%[x0]]\n ld2r {v14.4s, v15.4s}, [%[x1]]\n"
// clang-format on

/// As pair_sums, of 2 pixels.
FACET_INLINE void ordered_sums(const segment_loops *plain, const ptrdiff_t *in, const uint8_t *w, const int32x4_t initial[8], int32x4_t acc[][4]) {
  const segment_loops pairs = {plain->columns, plain->rows, plain->vectors * 2 + plain->lanes / 2, plain->lanes % 2, plain->column, plain->row, 1};
  const segment_loops *l = &pairs;
  const uint8_t *last = last_weights(l, w, 2 * l->vectors + l->lanes) - FACET_BLOCK * 4;
  int32x4_t part[2][4][2];
  ptrdiff_t row = l->rows, column, vector, x0 = in[0], x1 = in[1];
  __asm__(PAIR_STARTS(0) PAIR_STARTS(1) SEGMENT_LOOPS_AHEAD(FIRST_TWO_STEPS, ORDERED_TWO_STEPS, ONE_STEP SINGLE_PIXEL(0) SINGLE_PIXEL(1), PAIR_ADDS_2)
          : PAIR_SUMS(0), PAIR_SUMS(1), ROW_OPERANDS
          : LOOP_OPERANDS, [last] "r"(last)
          : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "x9", "x10", "x11", "x12", "x14",
            "cc", "memory");
  FACET_UNROLLED_FOR(int i = 0; i < 2; i++)
    FACET_UNROLLED_FOR(int v = 0; v < 4; v++) acc[i][v] = vpaddq_s32(part[i][v][0], part[i][v][1]);
}

#endif
