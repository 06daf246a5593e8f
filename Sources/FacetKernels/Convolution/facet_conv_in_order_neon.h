/// For cores that run instructions in their order (Cortex-A53, A55): loads between multiplications, in parts that go beside them, one step ahead.
///
/// What is known of these cores is from public notes, not from a measurement of these kernels. Both start two instructions a cycle. A vector of
/// 128 bits takes two cycles to load, in which nothing of the vectors' starts. A LOW (64 bits), a HIGH and a JOIN, which are 16 bytes together, go
/// beside a multiplication each (A55); or a HIGH does so, and a LOW and a JOIN beside each other (A53). LLVM's models of both cores (14) disagree:
/// they see a gain only in Winograd's products on A55 (139 cycles for 163) and losses of up to a fifth elsewhere.
#ifndef FACET_CONV_IN_ORDER_NEON_H
#define FACET_CONV_IN_ORDER_NEON_H
#include "facet_conv_segments_neon.h"

// clang-format off
#define LOW(V, from) "ldr d" #V ", " from "\n"
#define HIGH(x, from) "ldr " #x ", " from "\n"
#define JOIN(V, x) "ins v" #V ".d[1], " #x "\n"
#define NONE ""
#define COUNTED "subs %[vector], %[vector], #1\n"
// clang-format on

/// The last step of weights of a part, of `steps` in each segment: what is loaded ahead is loaded from there at the end.
FACET_INLINE const uint8_t *last_weights(const segment_loops *l, const uint8_t *w, ptrdiff_t steps) {
  return w + (l->rows * l->columns * steps - 1) * (FACET_BLOCK * 4);
}

#endif
