#define FACET_SMALL_ON_ARM_ONLY
#include "facet_small.h"
#if defined(__arm__)
#include "facet_conv_segments_neon.h"
#include "../facet_waiting_s8_neon.h"

/// What becomes of sums: int8 results, these with a residual, or they wait for whatever C makes of them.
enum { RESULTS, RESULTS_WITH_RESIDUAL, SUMS };

/// Bytes of an input row that are copied at a time, of all rows of a window, and of all windows of a strip.
enum { COPIED = 24, WINDOW = 256, WINDOWS = 16384 };

/// What tiles of 8 channels need, as assembly reads it.
typedef struct {
  const uint8_t *weights;
  ptrdiff_t segments, columns; ///< loaded together with the weights: how many there are in all, and in a row (of one in each row: no end)
  ptrdiff_t step;              ///< from weights to the next ones
  ptrdiff_t steps;             ///< of a segment: twice the turns of the loop over four pairs of steps, and one where there is an odd step
  ptrdiff_t entry;             ///< where its first turn begins, from the loop's beginning: it may leave out some of the pairs
  ptrdiff_t kind;              ///< RESULTS, RESULTS_WITH_RESIDUAL or SUMS; loaded together with the step
  ptrdiff_t column, row;       ///< from behind a segment to the next one, and what a new row adds
  const ptrdiff_t *end, *last; ///< of the inputs of a strip: of those two by two, and of all
  ptrdiff_t last_entry;        ///< as the entry, of a pixel that is left
  int8_t *output;              ///< of the strip's pixels, from pixel 0 and the first channel on
  const int8_t *residual;
  uint32_t *sums;              ///< where the next ones wait
  int32x4_t initial[4];        ///< two channels a vector, each in the first of its two parts
  float32x4_t multiplier[2];   // from here on loaded together
  int32x4_t whole, whole_less_zero; ///< the bits of 1.5 * 2^23, which leaves no fraction; those less the zero point
  int8x16_t low, high;
  float32x4_t residual_multiplier;
  int8x8_t residual_zero;
  int32_t rows, row_bytes, input_row, window; ///< of windows that are copied: their rows, the bytes of these and of all; no rows: none are
  uint8_t *windows, *dense;                   ///< copies, and their weights
} tile_constants;

// clang-format off
// Two products of int8 numbers, of which the weight is not -128, fit in 16 bits; so two steps of four inputs are summed there, then by pairs in 32
// bits. A pixel has its inputs of two steps in d8 and d9, each four in both lanes; the weights of 8 channels are in d0 to d3 and d4 to d7. Its sums
// are in four registers, two parts of each side by side.
#define FIRST(p, w) "vmull.s8 q" #p ", d8, d" #w "\n"
#define SECOND(p, w) "vmlal.s8 q" #p ", d9, d" #w "\n"
#define ADD(p, sum) "vpadal.s16 q" #sum ", q" #p "\n"
#define PAIR_PIXEL(x, S0, S1, S2, S3)                                                                              \
  "vld2.32 {d8[], d9[]}, [" x "]!\n"                                                                               \
  FIRST(5, 0) FIRST(6, 1) SECOND(5, 4) FIRST(7, 2) SECOND(6, 5) ADD(5, S0)                                         \
  FIRST(5, 3) SECOND(7, 6) ADD(6, S1) SECOND(5, 7) ADD(7, S2) ADD(5, S3)
#define SINGLE_PIXEL(x, S0, S1, S2, S3)                                                                            \
  "vld1.32 {d8[]}, [" x "]\n"                                                                                      \
  FIRST(5, 0) FIRST(6, 1) FIRST(7, 2) ADD(5, S0) FIRST(5, 3) ADD(6, S1) ADD(7, S2) ADD(5, S3)
#define PIXELS_1(KIND) KIND##_PIXEL("r3", 8, 9, 10, 11)
#define PIXELS_2(KIND) PIXELS_1(KIND) KIND##_PIXEL("r4", 12, 13, 14, 15)
#define STEP(A, B) "vld1.8 {d" #A "-d" #B "}, [r5], r2\n"
#define PAIRS(N) STEP(0, 3) STEP(4, 7) PIXELS_##N(PAIR)
#define ADDS_1(what) "add r3, r3, " what "\n"
#define ADDS_2(what) ADDS_1(what) "add r4, r4, " what "\n"
#define STARTS_1 "vldmia lr, {d16-d23}\n"
#define STARTS_2 STARTS_1 "vldmia lr, {d24-d31}\n"
#define PARTS_1 "vpadd.i32 d0, d16, d17\n vpadd.i32 d1, d18, d19\n vpadd.i32 d2, d20, d21\n vpadd.i32 d3, d22, d23\n"
#define PARTS_2 PARTS_1 "vpadd.i32 d4, d24, d25\n vpadd.i32 d5, d26, d27\n vpadd.i32 d6, d28, d29\n vpadd.i32 d7, d30, d31\n"
#define ENDS_1 PARTS_1 "vmov q2, q0\n vmov q3, q1\n"
#define ENDS_2 PARTS_2

/// r5 and r6: where the two pixels lie in a tensor.
#define ADDRESSES(offset, base)                                                                                    \
  "ldr lr, [%[k], %[" base "]]\n ldr r5, [%[in], %[" offset "]]\n ldr r6, [%[in], %[" offset "] + 4]\n"            \
  "add r5, r5, lr\n add r6, r6, lr\n"
#define RESIDUAL_PIXEL(r, A, B)                                                                                    \
  "vld1.8 {d31}, [" r "]\n vsubl.s8 q4, d31, d30\n vmovl.s16 q5, d8\n vmovl.s16 q6, d9\n"                          \
  "vcvt.f32.s32 q5, q5\n vcvt.f32.s32 q6, q6\n vmul.f32 q5, q5, q14\n vmul.f32 q6, q6, q14\n"                      \
  "vadd.f32 " A ", " A ", q5\n vadd.f32 " B ", " B ", q6\n"

/// Bytes of PAIRS(N), which is the same in both sets of instructions; and what a branch to an address asks for.
#define PAIRS_BYTES(N) ((2 + 13 * N) * 4)
#if defined(__thumb__)
enum { MODE = 1 };
#else
enum { MODE = 0 };
#endif

/// Sums of N pixels: inputs at r3 and r4, weights at r5 by steps of r2; r6 segments, r12 of them before the end of a row. A segment's loop takes 32
/// inputs a turn, the first one from r9 on. Of one pixel, the last one, sums are there twice.
#define SUMS_OF(N)                                                                                                 \
  "ldmia %[k], {r5, r6, r12}\n ldmia %[in]!, {r3, r4}\n add lr, %[k], %[initial]\n" STARTS_##N                     \
  "2: lsr lr, r8, #1\n bx r9\n .p2align 2\n"                                                                       \
  "3:\n" PAIRS(N) PAIRS(N) PAIRS(N) PAIRS(N) "subs lr, lr, #1\n bne 3b\n"                                          \
  "tst r8, #1\n beq 7f\n" STEP(0, 3) PIXELS_##N(SINGLE) "7: subs r6, r6, #1\n bne 10f\n" ENDS_##N
#define NEXT_SEGMENT(N)                                                                                            \
  "10: ldr lr, [%[k], %[column]]\n" ADDS_##N("lr") "subs r12, r12, #1\n bne 2b\n"                                  \
  "ldr lr, [%[k], %[row]]\n" ADDS_##N("lr") "ldr r12, [%[k], %[columns]]\n b 2b\n"

#define FIELD(name) [name] "i"(offsetof(tile_constants, name))
/// All tiles of a strip: of two pixels, and what is left of one. Results are rounded to nearest even as in facet_round, together with the zero point;
/// what is too large for that is still on its side of all results, and the next steps saturate, so that the bounds may come last. NEON takes
/// subnormal numbers for zeros, which no result shows (facet_results_neon.h).
static void run_tiles(const tile_constants *k, const ptrdiff_t *in) {
  __asm__ volatile("add lr, %[k], %[step]\n ldmia lr, {r2, r8, r9, r10}\n adr lr, 3f\n add r9, r9, lr\n"
          "ldr lr, [%[k], %[end]]\n cmp %[in], lr\n bhs 13f\n"
          "0:\n" SUMS_OF(2)
          "1: cmp r10, #1\n bhi 11f\n"
          "add lr, %[k], %[multiplier]\n vldmia lr, {d16-d30}\n"
          "vcvt.f32.s32 q0, q0\n vcvt.f32.s32 q1, q1\n vcvt.f32.s32 q2, q2\n vcvt.f32.s32 q3, q3\n"
          "vmul.f32 q0, q0, q8\n vmul.f32 q1, q1, q9\n vmul.f32 q2, q2, q8\n vmul.f32 q3, q3, q9\n bne 8f\n"
          ADDRESSES("residual_at", "residual") RESIDUAL_PIXEL("r5", "q0", "q1") RESIDUAL_PIXEL("r6", "q2", "q3")
          "8: vadd.f32 q0, q0, q10\n vadd.f32 q1, q1, q10\n vadd.f32 q2, q2, q10\n vadd.f32 q3, q3, q10\n"
          "vqsub.s32 q0, q0, q11\n vqsub.s32 q1, q1, q11\n vqsub.s32 q2, q2, q11\n vqsub.s32 q3, q3, q11\n"
          "vqmovn.s32 d0, q0\n vqmovn.s32 d1, q1\n vqmovn.s32 d2, q2\n vqmovn.s32 d3, q3\n"
          ADDRESSES("output_at", "output") "ldr lr, [%[k], %[end]]\n"
          "vqmovn.s16 d0, q0\n vqmovn.s16 d1, q1\n vmax.s8 q0, q0, q12\n vmin.s8 q0, q0, q13\n"
          "vst1.8 {d0}, [r5]\n vst1.8 {d1}, [r6]\n"
          "9: cmp %[in], lr\n blo 0b\n ldr lr, [%[k], %[last]]\n cmp %[in], lr\n bhs 12f\n b 13f\n"
          NEXT_SEGMENT(2)
          "11: ldr r5, [%[k], %[sums]]\n ldr lr, [%[k], %[end]]\n vstmia r5!, {d0-d7}\n str r5, [%[k], %[sums]]\n b 9b\n"
          "13: ldr r9, [%[k], %[last_entry]]\n adr lr, 3f\n add r9, r9, lr\n" SUMS_OF(1) "b 1b\n" NEXT_SEGMENT(1)
          "12:\n"
          : [in] "+r"(in)
          : [k] "r"(k), FIELD(initial), FIELD(columns), FIELD(column), FIELD(row), FIELD(step), FIELD(multiplier), FIELD(residual), FIELD(output),
            FIELD(end), FIELD(last), FIELD(last_entry), FIELD(sums), [output_at] "i"(offsetof(facet_strip, output) - 8),
            [residual_at] "i"(offsetof(facet_strip, residual) - 8)
          : "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r12", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10",
            "q11", "q12", "q13", "q14", "q15", "cc", "memory");
}
// clang-format on

/// Sums of a strip that are no 8 int8 results: scores, fewer channels, or results with a function.
FACET_OUTLINE void store_sums(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, uint32_t *sums) {
  if (!c->scores) {
    const facet_waiting w = {.c = c,
                             .first = part->first,
                             .channels = part->count,
                             .form = FACET_WAITING_NARROW,
                             .output = (int8_t *)c->output + part->channel,
                             .places = s->output,
                             .residual = c->residual ? (const int8_t *)c->residual + part->channel : NULL,
                             .residual_places = s->residual};
    facet_store_waiting_neon(&w, sums, s->count);
    return;
  }
  for (int32_t index = s->first; index < s->first + s->count; index++, sums += PART)
    facet_store_s8(c, sums, (int32_t)part->first, part->channel, part->count, index / c->out_width, index % c->out_width);
}

/// Copies the windows of a strip, so that the rows of each, which are short, lie side by side.
static void copy_windows(facet_strip *s, const void *all) {
  const tile_constants *k = *(tile_constants *const *)all;
  if (!k->rows) return;
  uint8_t *to = k->windows;
  FACET_ROLLED_FOR(int32_t i = 0; i < s->count; i++, to += k->window) { // input may be read beyond a row; what is then written is written again
    const uint8_t *from = (const uint8_t *)s->input[i];
    uint8_t *row = to;
    int32_t left = k->rows;
    __asm__ volatile("0: vld1.8 {d0-d2}, [%[from]], %[input_row]\n subs %[left], %[left], #1\n vst1.8 {d0-d2}, [%[to]], %[row_bytes]\n bne 0b\n"
                     : [from] "+r"(from), [to] "+r"(row), [left] "+r"(left)
                     : [input_row] "r"(k->input_row), [row_bytes] "r"(k->row_bytes)
                     : "d0", "d1", "d2", "cc", "memory");
    s->input[i] = (ptrdiff_t)to;
  }
  s->input[s->count] = s->input[s->count - 1];
}

/// The weights of 8 channels without the gaps behind rows: from four inputs of a channel to the channels of an input, and back.
FACET_OUTLINE void close_gaps(const tile_constants *k, const uint8_t *from) {
  uint8_t inputs[8 * (WINDOW + 4)], *to = inputs;
  for (int32_t row = 0; row < k->rows; row++, to = inputs + 8 * k->row_bytes * row)
    FACET_ROLLED_FOR(int32_t i = 0; i < k->row_bytes; i += 4, from += 128, to += 32) {
      const uint8x8x4_t four = vld4_u8(from);
      FACET_UNROLLED_FOR(int j = 0; j < 4; j++) vst1_u8(to + 8 * j, four.val[j]);
    }
  memset(to, 0, 32);
  FACET_ROLLED_FOR(int32_t i = 0; i < k->window; i += 4) {
    uint8x8x4_t four;
    FACET_UNROLLED_FOR(int j = 0; j < 4; j++) four.val[j] = vld1_u8(inputs + 8 * (i + j));
    vst4_u8(k->dense + 8 * i, four);
  }
}

static void tiles(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const void *all) {
  tile_constants *k = *(tile_constants *const *)all;
  k->weights = k->rows ? k->dense : part->weights;
  if (k->rows) close_gaps(k, part->weights);
  k->kind = c->scores || c->function || part->count < PART ? SUMS : c->residual ? RESULTS_WITH_RESIDUAL : RESULTS;
  for (int v = 0; v < 2; v++) {
    const int32x4x2_t parts = vzipq_s32(vld1q_s32(c->initial + part->first + 4 * v), vdupq_n_s32(0));
    k->initial[2 * v] = parts.val[0], k->initial[2 * v + 1] = parts.val[1];
    if (k->kind != SUMS) k->multiplier[v] = vld1q_f32(c->multiplier + part->first + 4 * v);
  }
  if (c->output) k->output = (int8_t *)c->output + part->channel;
  if (c->residual) k->residual = (const int8_t *)c->residual + part->channel;
  _Alignas(16) uint32_t sums[STRIP + 2][PART];
  k->sums = sums[0];
  k->end = s->input + s->count / 2 * 2;
  k->last = s->input + s->count;
  run_tiles(k, s->input);
  if (k->kind == SUMS) store_sums(c, s, part, sums[0]);
}

/// Convolution and fully connected, int8, activations stored signed: 2 pixels by 8 channels, 8 accumulators, products in pairs, exact.
void facet_conv_s8_2x8_neon(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_conv *c = arguments;
  const facet_segments segments = facet_conv_segments(c);
  const int32_t is_copied = segments.columns == 1 && segments.rows > 1 && segments.length <= COPIED && segments.rows * segments.length <= WINDOW - 4;
  segment_loops l = segment_loops_of(c, 1, 1);
  uint8_t windows[WINDOWS + 32], dense[8 * WINDOW];
  const int32_t window = (segments.rows * segments.length + 3) & -4;
  if (is_copied) l.rows = 1, l.vectors = 0, l.lanes = window / 4;
  const ptrdiff_t steps = 4 * l.vectors + l.lanes, pairs = steps / 2, turns = pairs ? (pairs + 3) / 4 : 1;
  tile_constants k = {.segments = l.rows * l.columns,
                      .columns = l.columns > 1 ? l.columns : PTRDIFF_MAX,
                      .step = is_copied ? 32 : FACET_BLOCK * 4,
                      .steps = 2 * turns + steps % 2,
                      .entry = (4 * turns - pairs) * PAIRS_BYTES(2) + MODE,
                      .last_entry = (4 * turns - pairs) * PAIRS_BYTES(1) + MODE,
                      .column = l.columns > 1 ? l.column : l.row,
                      .row = l.row - l.column,
                      .rows = is_copied ? segments.rows : 0,
                      .row_bytes = segments.length,
                      .input_row = (int32_t)(c->input_row * c->dilation_y),
                      .window = window,
                      .windows = windows,
                      .dense = dense,
                      .whole = vdupq_n_s32(0x4B400000),
                      .whole_less_zero = vdupq_n_s32(0x4B400000 - c->zero),
                      .low = vdupq_n_s8((int8_t)c->low),
                      .high = vdupq_n_s8((int8_t)c->high),
                      .residual_multiplier = vdupq_n_f32(c->residual_multiplier),
                      .residual_zero = vdup_n_s8((int8_t)c->residual_zero)};
  tile_constants *const all = &k;
  const int32_t strip = is_copied && WINDOWS / window < STRIP ? WINDOWS / window / 2 * 2 : STRIP;
  facet_conv_prepared_strips(c, p0, p1, b0, b1, 1, strip, copy_windows, tiles, &all);
}
#endif
#include "facet_small_end.h"
