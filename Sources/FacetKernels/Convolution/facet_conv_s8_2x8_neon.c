#if defined(__arm__)
#include "facet_conv_segments_neon.h"
#include <arm_neon.h>

/// What 8 channels need, in the order in which assembly loads it.
typedef struct {
  int32x4_t initial[4]; ///< two channels a vector, each in the first of its two parts
  float32x4_t multiplier[2];
  int32x4_t whole, whole_less_zero; ///< the bits of 1.5 * 2^23, which leaves no fraction; those less the zero point
  int8x16_t low, high;
  float32x4_t residual_multiplier;
  int8x8_t residual_zero;
  int8_t *output; ///< of the strip's pixels, from pixel 0 and the first channel on
  const int8_t *residual; ///< or NULL
  int32_t plain;          ///< all channels exist and scores are not wanted
} channel_constants;

static channel_constants constants_of(const facet_conv *c, const facet_conv_part *part) {
  channel_constants k = {.whole = vdupq_n_s32(0x4B400000),
                         .whole_less_zero = vdupq_n_s32(0x4B400000 - c->zero),
                         .low = vdupq_n_s8((int8_t)c->low),
                         .high = vdupq_n_s8((int8_t)c->high),
                         .residual_multiplier = vdupq_n_f32(c->residual_multiplier),
                         .residual_zero = vdup_n_s8((int8_t)c->residual_zero),
                         .output = c->output ? (int8_t *)c->output + part->channel : NULL,
                         .residual = c->residual ? (const int8_t *)c->residual + part->channel : NULL,
                         .plain = part->count == PART && !c->scores};
  for (int v = 0; v < 2; v++) {
    const int32x4x2_t parts = vzipq_s32(vld1q_s32(c->initial + part->first + 4 * v), vdupq_n_s32(0));
    k.initial[2 * v] = parts.val[0], k.initial[2 * v + 1] = parts.val[1];
    k.multiplier[v] = c->output ? vld1q_f32(c->multiplier + part->first + 4 * v) : vdupq_n_f32(0);
  }
  return k;
}

/// Sums of 8 channels of two pixels, in fixed registers.
#define SUMS_REGISTERS                         \
  register int32x4_t s0 __asm__("q0");         \
  register int32x4_t s1 __asm__("q1");         \
  register int32x4_t s2 __asm__("q2");         \
  register int32x4_t s3 __asm__("q3")

// clang-format off
// Two products of int8 numbers, of which the weight is not -128, fit in 16 bits; so two steps of four inputs are summed there, then by pairs in 32
// bits. A pixel has its inputs of two steps in d8 and d9, each four in both lanes; the weights of 8 channels are in d0 to d3 and d4 to d7. Its sums
// are in four registers, two parts of each side by side.
#define FIRST(p, w) "vmull.s8 q" #p ", d8, d" #w "\n"
#define SECOND(p, w) "vmlal.s8 q" #p ", d9, d" #w "\n"
#define ADD(p, sum) "vpadal.s16 q" #sum ", q" #p "\n"
#define PAIR_PIXEL(P, S0, S1, S2, S3)                                                                              \
  "vld2.32 {d8[], d9[]}, [%[x" #P "]]!\n"                                                                          \
  FIRST(5, 0) FIRST(6, 1) SECOND(5, 4) FIRST(7, 2) SECOND(6, 5) ADD(5, S0)                                         \
  FIRST(5, 3) SECOND(7, 6) ADD(6, S1) SECOND(5, 7) ADD(7, S2) ADD(5, S3)
#define SINGLE_PIXEL(P, S0, S1, S2, S3)                                                                            \
  "vld1.32 {d8[]}, [%[x" #P "]]\n"                                                                                 \
  FIRST(5, 0) FIRST(6, 1) FIRST(7, 2) ADD(5, S0) FIRST(5, 3) ADD(6, S1) ADD(7, S2) ADD(5, S3)
#define STEP(A, B) "vld1.8 {d" #A "-d" #B "}, [%[w]], %[step]\n"

#define PIXELS_1(KIND) KIND##_PIXEL(0, 8, 9, 10, 11)
#define PIXELS_2(KIND) PIXELS_1(KIND) KIND##_PIXEL(1, 12, 13, 14, 15)
#define PAIRS(N) STEP(0, 3) STEP(4, 7) PIXELS_##N(PAIR)
#define ADDS_1(what) "add %[x0], %[x0], %[" what "]\n"
#define ADDS_2(what) ADDS_1(what) "add %[x1], %[x1], %[" what "]\n"
#define STARTS_1 "vldmia %[vector], {d16-d23}\n"
#define STARTS_2 STARTS_1 "vldmia %[vector], {d24-d31}\n"
#define ENDS_1 "vpadd.i32 d0, d16, d17\n vpadd.i32 d1, d18, d19\n vpadd.i32 d2, d20, d21\n vpadd.i32 d3, d22, d23\n"
#define ENDS_2 ENDS_1 "vpadd.i32 d4, d24, d25\n vpadd.i32 d5, d26, d27\n vpadd.i32 d6, d28, d29\n vpadd.i32 d7, d30, d31\n"
#define INPUTS_1 [x0] "+&r"(x0)
#define INPUTS_2 INPUTS_1, [x1] "+&r"(x1)

/// The sums of N pixels: 32 inputs at a time, then 8, then 4. `vectors` counts 32 inputs here, `lanes` the fours that are left.
#define PAIR_TILE(N)                                                                                               \
  __asm__(STARTS_##N                                                                                               \
          "1: ldr %[column], [%[loops]]\n"                                                                         \
          "2: movs %[vector], %[vectors]\n beq 4f\n"                                                               \
          "3:\n" PAIRS(N) PAIRS(N) "subs %[vector], %[vector], #1\n" PAIRS(N) PAIRS(N) "bne 3b\n"                  \
          "4: movs %[vector], %[lanes], lsr #1\n beq 6f\n"                                                         \
          "5:\n" PAIRS(N) "subs %[vector], %[vector], #1\n bne 5b\n"                                               \
          "6: tst %[lanes], #1\n beq 7f\n" STEP(0, 3) PIXELS_##N(SINGLE)                                           \
          "7: subs %[column], %[column], #1\n bne 8f\n" ADDS_##N("next_row")                                       \
          "subs %[row], %[row], #1\n bne 1b\n b 9f\n"                                                              \
          "8: ldr %[vector], [%[loops], #16]\n" ADDS_##N("vector") "b 2b\n"                                        \
          "9:\n" ENDS_##N                                                                                          \
          : "=w"(s0), "=w"(s1), "=w"(s2), "=w"(s3), INPUTS_##N, [w] "+&r"(w), [row] "+&r"(row), [column] "=&r"(column), [vector] "+&r"(vector) \
          : [loops] "r"(l), [vectors] "r"(l->vectors), [lanes] "r"(l->lanes), [next_row] "r"(l->row), [step] "r"(FACET_BLOCK * 4)              \
          : "q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11", "q12", "q13", "q14", "q15", "cc", "memory")
// clang-format on
_Static_assert(offsetof(segment_loops, columns) == 0 && offsetof(segment_loops, column) == 16, "loads in PAIR_TILE");

typedef struct {
  int32x4_t v[4];
} tile_sums;

/// Sums of N pixels, 1 or 2, with 8 channels; a single one is there twice.
FACET_INLINE tile_sums pair_sums(const segment_loops *l, const ptrdiff_t *in, const uint8_t *w, const channel_constants *k, const int N) {
  SUMS_REGISTERS;
  ptrdiff_t row = l->rows, column, vector = (ptrdiff_t)k->initial, x0 = in[0];
  if (N == 1) {
    PAIR_TILE(1);
    return (tile_sums){{s0, s1, s0, s1}};
  }
  ptrdiff_t x1 = in[1];
  PAIR_TILE(2);
  return (tile_sums){{s0, s1, s2, s3}};
}

// clang-format off
#define RESIDUAL_PIXEL(r, A, B)                                                                                    \
  "vld1.8 {d31}, [%[" r "]]\n vsubl.s8 q4, d31, d30\n vmovl.s16 q5, d8\n vmovl.s16 q6, d9\n"                       \
  "vcvt.f32.s32 q5, q5\n vcvt.f32.s32 q6, q6\n vmul.f32 q5, q5, q14\n vmul.f32 q6, q6, q14\n"                      \
  "vadd.f32 " A ", " A ", q5\n vadd.f32 " B ", " B ", q6\n"
/// Rounds to nearest even as facet_round does, and adds the zero point; what is too large for that is still on its side of all results. All
/// steps saturate, so that the bounds may come last. NEON takes subnormal numbers for zeros: no result shows it (facet_results_neon.h).
#define RESULTS(last, RESIDUALS)                                                                                   \
  "vldmia %[k], {d16-" last "}\n"                                                                                  \
  "vcvt.f32.s32 q0, q0\n vcvt.f32.s32 q1, q1\n vcvt.f32.s32 q2, q2\n vcvt.f32.s32 q3, q3\n"                        \
  "vmul.f32 q0, q0, q8\n vmul.f32 q1, q1, q9\n vmul.f32 q2, q2, q8\n vmul.f32 q3, q3, q9\n" RESIDUALS              \
  "vadd.f32 q0, q0, q10\n vadd.f32 q1, q1, q10\n vadd.f32 q2, q2, q10\n vadd.f32 q3, q3, q10\n"                    \
  "vqsub.s32 q0, q0, q11\n vqsub.s32 q1, q1, q11\n vqsub.s32 q2, q2, q11\n vqsub.s32 q3, q3, q11\n"                \
  "vqmovn.s32 d0, q0\n vqmovn.s32 d1, q1\n vqmovn.s32 d2, q2\n vqmovn.s32 d3, q3\n"                                \
  "vqmovn.s16 d0, q0\n vqmovn.s16 d1, q1\n vmax.s8 q0, q0, q12\n vmin.s8 q0, q0, q13\n"                            \
  "vst1.8 {d0}, [%[o0]]\n vst1.8 {d1}, [%[o1]]\n"
// clang-format on

/// 8 results of each of two pixels; their residuals are read before anything is stored.
FACET_INLINE void store_two(const channel_constants *k, tile_sums sums, int8_t *o0, int8_t *o1, const int8_t *r0, const int8_t *r1,
                            const int residual) {
  SUMS_REGISTERS;
  s0 = sums.v[0], s1 = sums.v[1], s2 = sums.v[2], s3 = sums.v[3];
  if (residual)
    __asm__ volatile(RESULTS("d30", RESIDUAL_PIXEL("r0", "q0", "q1") RESIDUAL_PIXEL("r1", "q2", "q3"))
                     : "+w"(s0), "+w"(s1), "+w"(s2), "+w"(s3)
                     : [k] "r"(&k->multiplier), [o0] "r"(o0), [o1] "r"(o1), [r0] "r"(r0), [r1] "r"(r1)
                     : "q4", "q5", "q6", "q8", "q9", "q10", "q11", "q12", "q13", "q14", "q15", "memory");
  else
    __asm__ volatile(RESULTS("d27", )
                     : "+w"(s0), "+w"(s1), "+w"(s2), "+w"(s3)
                     : [k] "r"(&k->multiplier), [o0] "r"(o0), [o1] "r"(o1)
                     : "q8", "q9", "q10", "q11", "q12", "q13", "memory");
}

/// Scores, or fewer channels.
FACET_OUTLINE void store_rest(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const channel_constants *k, int32_t at,
                              int32_t count, const tile_sums *sums) {
  int8_t bytes[2][PART], residual[2][PART] = {{0}};
  for (int32_t i = 0, index = s->first + at; c->scores && i < count; i++, index++)
    facet_store_s8(c, (const uint32_t *)sums + PART * i, (int32_t)part->first, part->channel, part->count, index / c->out_width,
                   index % c->out_width);
  if (c->scores) return;
  for (int32_t i = 0; k->residual && i < count; i++) memcpy(residual[i], k->residual + s->residual[at + i], (size_t)part->count);
  if (k->residual)
    store_two(k, *sums, bytes[0], bytes[1], residual[0], residual[1], 1);
  else
    store_two(k, *sums, bytes[0], bytes[1], NULL, NULL, 0);
  for (int32_t i = 0; i < count; i++) memcpy(k->output + s->output[at + i], bytes[i], (size_t)part->count);
}

/// N pixels, 1 or 2.
FACET_INLINE void tile(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const channel_constants *k, const segment_loops *l,
                       int32_t at, const int N) {
  const tile_sums sums = pair_sums(l, s->input + at, part->weights, k, N);
  const ptrdiff_t *to = s->output + at, *from = s->residual + at;
  if (!k->plain) {
    const tile_sums copy = sums; // what has an address stays in memory
    store_rest(c, s, part, k, at, N, &copy);
  } else if (k->residual) {
    store_two(k, sums, k->output + to[0], k->output + to[N - 1], k->residual + from[0], k->residual + from[N - 1], 1);
  } else {
    store_two(k, sums, k->output + to[0], k->output + to[N - 1], NULL, NULL, 0);
  }
}

static void tiles(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const void *all) {
  const channel_constants k = constants_of(c, part);
  const segment_loops *l = all;
  int32_t at = 0;
  for (; at + 2 <= s->count; at += 2) tile(c, s, part, &k, l, at, 2);
  if (at < s->count) tile(c, s, part, &k, l, at, 1);
}

/// Convolution and fully connected, int8, activations stored signed: 2 pixels by 8 channels, 8 accumulators, products in pairs, exact.
void facet_conv_s8_2x8_neon(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  segment_loops l = segment_loops_of(arguments, 1, 1);
  l.lanes += l.vectors % 2 * 4;
  l.vectors /= 2;
  facet_conv_strips(arguments, p0, p1, b0, b1, 1, tiles, &l);
}
#endif
