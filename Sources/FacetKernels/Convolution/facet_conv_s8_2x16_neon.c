#if defined(__aarch64__)
#include "facet_conv_s8_store_neon.h"
#include "facet_conv_segments_neon.h"

// clang-format off
// Two products of int8 numbers, of which the weight is not -128, fit in 16 bits; so two steps are summed there, then by pairs in 32 bits.
// Pixel P has its inputs of two steps in v8 and v9, each four in all lanes; the weights of 16 channels are in v0 to v3 and v4 to v7. Its sums are
// in the operands aPV0 and aPV1 for channels 4V to 4V + 3, two parts of each side by side. Products of 8 channels at a time:
#define PAIR_PRODUCTS(V, W)                                                                                        \
  "smull v10.8h, v8.8b, v" #V ".8b\n smull2 v11.8h, v8.16b, v" #V ".16b\n"                                         \
  "smull v12.8h, v8.8b, v" #W ".8b\n smull2 v13.8h, v8.16b, v" #W ".16b\n"
#define PAIR_SECOND(V, W)                                                                                          \
  "smlal v10.8h, v9.8b, v" #V ".8b\n smlal2 v11.8h, v9.16b, v" #V ".16b\n"                                         \
  "smlal v12.8h, v9.8b, v" #W ".8b\n smlal2 v13.8h, v9.16b, v" #W ".16b\n"
#define PAIR_ADD(P, V, W)                                                                                          \
  "sadalp %[a" #P #V "0].4s, v10.8h\n sadalp %[a" #P #V "1].4s, v11.8h\n"                                          \
  "sadalp %[a" #P #W "0].4s, v12.8h\n sadalp %[a" #P #W "1].4s, v13.8h\n"
#define PAIR_PIXEL(P)                                                                                              \
  "ld2r {v8.4s, v9.4s}, [%[x" #P "]], #8\n"                                                                        \
  PAIR_PRODUCTS(0, 1) PAIR_SECOND(4, 5) PAIR_ADD(P, 0, 1) PAIR_PRODUCTS(2, 3) PAIR_SECOND(6, 7) PAIR_ADD(P, 2, 3)
#define SINGLE_PIXEL(P)                                                                                            \
  "ld1r {v8.4s}, [%[x" #P "]]\n" PAIR_PRODUCTS(0, 1) PAIR_ADD(P, 0, 1) PAIR_PRODUCTS(2, 3) PAIR_ADD(P, 2, 3)
#define PAIR_START(P, V) "ldp %q[a" #P #V "0], %q[a" #P #V "1], [%[initial], #32*" #V "]\n"
#define PAIR_STARTS(P) PAIR_START(P, 0) PAIR_START(P, 1) PAIR_START(P, 2) PAIR_START(P, 3)
#define PAIR_SUM(P, V) [a##P##V##0] "=&w"(part[P][V][0]), [a##P##V##1] "=&w"(part[P][V][1])
#define PAIR_SUMS(P) PAIR_SUM(P, 0), PAIR_SUM(P, 1), PAIR_SUM(P, 2), PAIR_SUM(P, 3), [x##P] "+&r"(x##P)

#define BOTH_STEPS LOAD_WEIGHTS(0, 1, 2, 3) LOAD_WEIGHTS(4, 5, 6, 7)
#define PAIR_ADDS_1(what) "add %[x0], %[x0], %[" what "]\n"
#define PAIR_ADDS_2(what) PAIR_ADDS_1(what) "add %[x1], %[x1], %[" what "]\n"
#define ONE_STEP LOAD_WEIGHTS(0, 1, 2, 3)
// 4 pixels by 8 channels, whose weights are in v0, v1 and v4, v5.
#define NARROW_PIXEL(P) "ld2r {v8.4s, v9.4s}, [%[x" #P "]], #8\n" PAIR_PRODUCTS(0, 1) PAIR_SECOND(4, 5) PAIR_ADD(P, 0, 1)
#define NARROW_SINGLE(P) "ld1r {v8.4s}, [%[x" #P "]]\n" PAIR_PRODUCTS(0, 1) PAIR_ADD(P, 0, 1)
#define NARROW_STARTS(P) PAIR_START(P, 0) PAIR_START(P, 1)
#define NARROW_SUMS(P) PAIR_SUM(P, 0), PAIR_SUM(P, 1), [x##P] "+&r"(x##P)
#define NARROW_ONE_STEP "ld1 {v0.16b, v1.16b}, [%[w]], %[step]\n"
#define NARROW_BOTH_STEPS NARROW_ONE_STEP "ld1 {v4.16b, v5.16b}, [%[w]], %[step]\n"
#define PAIR_ADDS_4(what) PAIR_ADDS_2(what) "add %[x2], %[x2], %[" what "]\n add %[x3], %[x3], %[" what "]\n"
#define PAIR_TILE(N, STARTS, PIXELS, SINGLES, BOTH_STEPS, ONE_STEP, ...)                                                                 \
  __asm__(STARTS SEGMENT_LOOPS(BOTH_STEPS PIXELS "subs %[vector], %[vector], #1\n" BOTH_STEPS PIXELS,              \
                               "tbz %[lanes], #1, 8f\n" BOTH_STEPS PIXELS                                          \
                               "8: tbz %[lanes], #0, 5f\n" ONE_STEP SINGLES, PAIR_ADDS_##N)        \
          : __VA_ARGS__, ROW_OPERANDS                                                                              \
          : LOOP_OPERANDS                                                                                          \
          : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "cc", "memory")
// clang-format on
#include "facet_conv_in_order_pairs_neon.h"

/// Sums of N pixels, 1 or 2, with 16 channels.
FACET_INLINE void pair_sums(const segment_loops *l, const ptrdiff_t *in, const uint8_t *w, const int32x4_t initial[8], int32x4_t acc[][4],
                            const int N) {
  int32x4_t part[2][4][2];
  ptrdiff_t row = l->rows, column, vector, x0 = in[0];
  if (N == 1) {
    PAIR_TILE(1, PAIR_STARTS(0), PAIR_PIXEL(0), SINGLE_PIXEL(0), BOTH_STEPS, ONE_STEP, PAIR_SUMS(0));
  } else {
    ptrdiff_t x1 = in[1];
    PAIR_TILE(2, PAIR_STARTS(0) PAIR_STARTS(1), PAIR_PIXEL(0) PAIR_PIXEL(1), SINGLE_PIXEL(0) SINGLE_PIXEL(1), BOTH_STEPS, ONE_STEP, PAIR_SUMS(0),
              PAIR_SUMS(1));
  }
  FACET_UNROLLED_FOR(int i = 0; i < N; i++)
    FACET_UNROLLED_FOR(int v = 0; v < 4; v++) acc[i][v] = vpaddq_s32(part[i][v][0], part[i][v][1]);
}

/// Sums of 4 pixels with 8 channels.
FACET_INLINE void narrow_sums(const segment_loops *l, const ptrdiff_t *in, const uint8_t *w, const int32x4_t *initial, int32x4_t acc[4][2]) {
  int32x4_t part[4][2][2];
  ptrdiff_t row = l->rows, column, vector, x0 = in[0], x1 = in[1], x2 = in[2], x3 = in[3];
  PAIR_TILE(4, NARROW_STARTS(0) NARROW_STARTS(1) NARROW_STARTS(2) NARROW_STARTS(3), NARROW_PIXEL(0) NARROW_PIXEL(1) NARROW_PIXEL(2) NARROW_PIXEL(3),
            NARROW_SINGLE(0) NARROW_SINGLE(1) NARROW_SINGLE(2) NARROW_SINGLE(3), NARROW_BOTH_STEPS, NARROW_ONE_STEP, NARROW_SUMS(0), NARROW_SUMS(1),
            NARROW_SUMS(2), NARROW_SUMS(3));
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++)
    FACET_UNROLLED_FOR(int v = 0; v < 2; v++) acc[i][v] = vpaddq_s32(part[i][v][0], part[i][v][1]);
}

FACET_INLINE void tile(const facet_strip *s, const facet_conv_part *part, channel_constants *k, const segment_loops *l, const int32x4_t initial[8],
                       ptrdiff_t at, const int N) {
  int32x4_t acc[2][4];
  if (N == 2 && l->in_order)
    ordered_sums(l, s->input + at, part->weights, initial, acc);
  else
    pair_sums(l, s->input + at, part->weights, initial, acc, N);
  store_tile(s, k, (int32_t)at, acc, N, N == 2);
}

FACET_OUTLINE void tiles(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const void *all) {
  channel_constants k;
  fill_constants(c, part, &k);
  const segment_loops l = *(const segment_loops *)all; // a copy stays in registers
  int32x4_t initial[8];
  for (int v = 0; v < 4; v++) {
    const int32x4_t plain = vld1q_s32(c->initial + part->first + 4 * v);
    initial[2 * v] = vzip1q_s32(plain, vdupq_n_s32(0));
    initial[2 * v + 1] = vzip2q_s32(plain, vdupq_n_s32(0));
  }
  int32_t at = 0, left = s->count;
  for (; part->count <= NARROW && left > 2; at += 4, left -= 4) // 8 channels, where that many are left
    narrow_sums(&l, s->input + at, part->weights, initial, waiting_narrow(&k, at));
  const int32_t narrow = at;
  for (; left > 1; at += 2, left -= 2) tile(s, part, &k, &l, initial, at, 2);
  if (left > 0) tile(s, part, &k, &l, initial, at, 1);
  facet_conv_s8_store_strip_neon(c, s, part, &k, narrow, s->count - 1, s->count % 2);
}

FACET_OUTLINE void all_strips(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1, ptrdiff_t in_order) {
  segment_loops l = segment_loops_of(c, 1, 1);
  l.in_order = in_order;
  facet_conv_strips(c, p0, p1, b0, b1, 1, tiles, &l);
}

/// Convolution and fully connected, int8, activations stored signed: 2 pixels by 16 channels, 16 accumulators, products in pairs, exact.
void facet_conv_s8_2x16_neon(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) { all_strips(arguments, p0, p1, b0, b1, 0); }

/// The same in an order for Cortex-A53.
void facet_conv_s8_2x16_neon_in_order(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  all_strips(arguments, p0, p1, b0, b1, 1);
}
#endif
