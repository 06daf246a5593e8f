/// What a depthwise convolution in 32-bit NEON spends most time in, by inline assembly: the compiler spills and computes an address for each load.
/// After facet_depthwise_s8_neon.h.

/// Multipliers and bounds where assembly expects them.
FACET_INLINE void put_behind_weights(channel_block *k, int32_t taps) {
  const void *from = &k->constants.multiplier;
  int8x16_t *to = k->weights + taps;
  __asm__ volatile("vldmia %[from], {d16-d31}\n vstmia %[to], {d16-d31}\n"
                   :
                   : [from] "r"(from), [to] "r"(to)
                   : "q8", "q9", "q10", "q11", "q12", "q13", "q14", "q15", "memory");
}

/// How windows are taken: for 5x5 three turns of two rows, of which the first one has but one, for 3x3 none; and in the lowest bit, which a shift
/// leaves in the carry, whether sums wait.
FACET_INLINE int32_t how_of_windows(int32_t window, int32_t waits) { return (window == 5 ? 6 : 0) + waits; }

// clang-format off
// Sums are in q4 to q7, four channels each. Two neighbouring pixels by their weights fit in 16 bits, in q3 and q15; the last pixels of rows wait in
// q13 and q14 for the one below.
#define LOAD(a, b, by) "vld1.8 {d" #a ", d" #b "}, [%[x]], %[" by "]\n"
#define PRODUCTS(how, low, high, a, b, wa, wb) how ".s8 " low ", d" #a ", d" #wa "\n" how ".s8 " high ", d" #b ", d" #wb "\n"
#define TO_SUMS(a, b, c, d) "vaddw.s16 q4, q4, d" #a "\n vaddw.s16 q5, q5, d" #b "\n vaddw.s16 q6, q6, d" #c "\n vaddw.s16 q7, q7, d" #d "\n"
#define PAIR_TO_SUMS TO_SUMS(6, 7, 30, 31)
#define LAST_TO_SUMS TO_SUMS(26, 27, 28, 29)
#define ROW_OF_3(how)                                                                                                                     \
  "vldmia %[w]!, {d16-d21}\n" LOAD(0, 1, "pixel") LOAD(2, 3, "pixel") PRODUCTS("vmull", "q3", "q15", 0, 1, 16, 17) LOAD(4, 5, "next") \
  PRODUCTS("vmlal", "q3", "q15", 2, 3, 18, 19) PRODUCTS(how, "q13", "q14", 4, 5, 20, 21) PAIR_TO_SUMS
#define ROW_OF_5(how)                                                                                                                     \
  "vldmia %[w]!, {d16-d25}\n" LOAD(0, 1, "pixel") LOAD(2, 3, "pixel") PRODUCTS("vmull", "q3", "q15", 0, 1, 16, 17) LOAD(4, 5, "pixel") \
  PRODUCTS("vmlal", "q3", "q15", 2, 3, 18, 19) LOAD(0, 1, "pixel") PAIR_TO_SUMS PRODUCTS("vmull", "q3", "q15", 4, 5, 20, 21)           \
  LOAD(2, 3, "next") PRODUCTS("vmlal", "q3", "q15", 0, 1, 22, 23) PRODUCTS(how, "q13", "q14", 2, 3, 24, 25) PAIR_TO_SUMS
#define ALL(what, by) what " q4, q4, " by "\n" what " q5, q5, " by "\n" what " q6, q6, " by "\n" what " q7, q7, " by "\n"

/// The results of `left` neighbouring pixels, of which `in` is the first tap, in a window of 3x3 or 5x5 pixels without dilation; or, where they wait,
/// the sums. `next` leads from the last pixel of a row to the next row. Behind the weights lie multipliers and bounds. Results as in
/// facet_conv_s8_2x8_neon.c.
FACET_INLINE void row_of_windows(const channel_block *k, const int8_t *in, int8_t *out, int32_t left, int32_t how, ptrdiff_t pixel, ptrdiff_t next,
                                 ptrdiff_t step, ptrdiff_t out_step) {
  const int8_t *x;
  const void *w;
  int32_t pairs;
  __asm__ volatile("0: vldmia %[k], {d8-d15}\n mov %[x], %[in]\n add %[w], %[k], %[weights]\n lsrs %[pairs], %[how], #1\n bne 3f\n" //
                   ROW_OF_3("vmull") ROW_OF_3("vmlal") LAST_TO_SUMS ROW_OF_3("vmull")                                       //
                   "1:\n" LAST_TO_SUMS "bcs 5f\n vldmia %[w], {d16-d31}\n"
                   "vcvt.f32.s32 q4, q4\n vcvt.f32.s32 q5, q5\n vcvt.f32.s32 q6, q6\n vcvt.f32.s32 q7, q7\n"
                   "vmul.f32 q4, q4, q8\n vmul.f32 q5, q5, q9\n vmul.f32 q6, q6, q10\n vmul.f32 q7, q7, q11\n" //
                   ALL("vadd.f32", "q12") ALL("vqsub.s32", "q13")
                   "vqmovn.s32 d8, q4\n vqmovn.s32 d9, q5\n vqmovn.s32 d10, q6\n vqmovn.s32 d11, q7\n"
                   "vqmovn.s16 d8, q4\n vqmovn.s16 d9, q5\n vmax.s8 q4, q4, q14\n vmin.s8 q4, q4, q15\n"
                   "vst1.8 {d8, d9}, [%[out]], %[out_step]\n"
                   "6: add %[in], %[in], %[step]\n subs %[left], %[left], #1\n bne 0b\n b 4f\n"
                   "5: vstmia %[out]!, {d8-d15}\n b 6b\n"
                   "2:\n" ROW_OF_5("vmlal") LAST_TO_SUMS                                    // the odd rows
                   "3:\n" ROW_OF_5("vmull") "subs %[pairs], %[pairs], #1\n bne 2b\n lsrs %[pairs], %[how], #1\n b 1b\n"
                   "4:\n"
                   : [in] "+r"(in), [out] "+r"(out), [left] "+r"(left), [pairs] "=&r"(pairs), [x] "=&r"(x), [w] "=&r"(w)
                   : [k] "r"(k), [how] "r"(how), [pixel] "r"(pixel), [next] "r"(next), [step] "r"(step), [out_step] "r"(out_step),
                     [weights] "i"(offsetof(channel_block, weights))
                   : "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11", "q12", "q13", "q14", "q15", "cc", "memory");
}
// clang-format on
