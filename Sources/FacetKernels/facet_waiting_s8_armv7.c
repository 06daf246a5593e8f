#define FACET_SMALL_ON_ARM_ONLY
#include "facet_small.h"
#if defined(__arm__)
#include "facet_results_neon.h"
#include "facet_waiting_s8_neon.h"

#define RESULT_HARD_SWISH "2"
#define RESULT_PIECES "3"
_Static_assert(FACET_RESULT_SLOPES == 1 && FACET_RESULT_HARD_SWISH == 2 && FACET_RESULT_PIECES == 3, "functions in assembly");

/// A byte of the slopes of all pieces, the other one, and those of the starts.
enum { SLOPES, STARTS = 2, PLANES = 4 };

static void fill_planes(const int16_t *pieces, uint8_t planes[PLANES][FACET_PIECES]) {
  FACET_ROLLED_FOR(int i = 0; i < FACET_PIECES; i += 16) {
    const uint8x16x2_t start = vld2q_u8((const uint8_t *)(pieces + i)), slope = vld2q_u8((const uint8_t *)(pieces + FACET_PIECES + i));
    vst1q_u8(planes[SLOPES] + i, slope.val[0]), vst1q_u8(planes[SLOPES + 1] + i, slope.val[1]);
    vst1q_u8(planes[STARTS] + i, start.val[0]), vst1q_u8(planes[STARTS + 1] + i, start.val[1]);
  }
}

// clang-format off
/// Bytes of 32 pieces, of which d0 to d3 have the numbers and d4 to d7 those less 32, in vectors from A on: each is in one half of the 64.
#define LOOK_UP(A, B, C, D)                                                                                                           \
  "vldmia %[t]!, {d16-d23}\n"                                                                                                         \
  "vtbl.8 d" #A ", {d16-d19}, d0\n vtbl.8 d" #B ", {d16-d19}, d1\n vtbl.8 d" #C ", {d16-d19}, d2\n vtbl.8 d" #D ", {d16-d19}, d3\n"   \
  "vtbx.8 d" #A ", {d20-d23}, d4\n vtbx.8 d" #B ", {d20-d23}, d5\n vtbx.8 d" #C ", {d20-d23}, d6\n vtbx.8 d" #D ", {d20-d23}, d7\n"
/// Their 16-bit numbers in q4, q6, q5, q7.
#define LOOK_UP_WORDS LOOK_UP(8, 9, 10, 11) LOOK_UP(12, 13, 14, 15) "vzip.8 q4, q6\n vzip.8 q5, q7\n"

/// Where bytes go: 16 or 8 of a pixel to each place, or all side by side.
enum { TO_SIXTEENS, TO_EIGHTS, DENSE };

/// 16-bit numbers v to the function's bytes, 32 at a time, by start + (slope * o + 512 >> 10), o the lowest 10 bits of v: vqrdmulh is
/// (a * b * 2 + 2^15) >> 16. Eights are stored by four.
static void by_pieces(uint8_t planes[PLANES][FACET_PIECES], void *values, int32_t left, const ptrdiff_t *places, int8_t *output, int32_t how) {
  const void *from = values;
  const uint8_t *t = planes[0];
  __asm__ volatile("0: vldmia %[from]!, {d24-d31}\n"
                   "vshrn.i16 d0, q12, #8\n vshrn.i16 d1, q13, #8\n vshrn.i16 d2, q14, #8\n vshrn.i16 d3, q15, #8\n"
                   "vmov.i8 q8, #32\n vshr.u8 q0, q0, #2\n vshr.u8 q1, q1, #2\n vsub.i8 q2, q0, q8\n vsub.i8 q3, q1, q8\n"
                   "vshl.i16 q12, q12, #5\n vshl.i16 q13, q13, #5\n vshl.i16 q14, q14, #5\n vshl.i16 q15, q15, #5\n"
                   "vbic.i16 q12, #0x8000\n vbic.i16 q13, #0x8000\n vbic.i16 q14, #0x8000\n vbic.i16 q15, #0x8000\n" LOOK_UP_WORDS
                   "vqrdmulh.s16 q12, q12, q4\n vqrdmulh.s16 q13, q13, q6\n vqrdmulh.s16 q14, q14, q5\n vqrdmulh.s16 q15, q15, q7\n"
                   LOOK_UP_WORDS "sub %[t], %[t], #256\n cmp %[how], #1\n"
                   "vadd.i16 q12, q12, q4\n vadd.i16 q13, q13, q6\n vadd.i16 q14, q14, q5\n vadd.i16 q15, q15, q7\n"
                   "vqrshrn.s16 d24, q12, #7\n vqrshrn.s16 d25, q13, #7\n vqrshrn.s16 d26, q14, #7\n vqrshrn.s16 d27, q15, #7\n"
                   "bhi 2f\n bne 1f\n ldmia %[places]!, {r4, r5, r6, r8}\n"
                   "add r4, r4, %[output]\n add r5, r5, %[output]\n add r6, r6, %[output]\n add r8, r8, %[output]\n"
                   "vst1.8 {d24}, [r4]\n vst1.8 {d25}, [r5]\n vst1.8 {d26}, [r6]\n vst1.8 {d27}, [r8]\n b 3f\n"
                   "1: ldmia %[places]!, {r4, r5}\n add r4, r4, %[output]\n add r5, r5, %[output]\n vst1.8 {d24, d25}, [r4]\n"
                   "cmp %[left], #16\n ble 4f\n vst1.8 {d26, d27}, [r5]\n b 3f\n"
                   "2: vst1.8 {d24-d27}, [%[to]]!\n"
                   "3: subs %[left], %[left], #32\n bgt 0b\n 4:\n"
                   : [from] "+r"(from), [to] "+r"(values), [t] "+r"(t), [left] "+r"(left), [places] "+r"(places)
                   : [output] "r"(output), [how] "r"(how)
                   : "r4", "r5", "r6", "r8", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11", "q12", "q13", "q14", "q15",
                     "cc", "memory");
}

/// What sixteens pass through, as assembly reads it.
typedef struct {
  facet_floats multiplier;
  facet_floats numbers; ///< slopes; or alpha, beta, 0 and 1 in all lanes of a vector each
  facet_bounds bounds;
} constants;

#define ALL(what, A, B, C, D) what(0, A) what(1, B) what(2, C) what(3, D)
#define CONVERT(p, m) "vcvt.f32.s32 q" #p ", q" #p "\n"
#define MULTIPLY(p, m) "vmul.f32 q" #p ", q" #p ", q" #m "\n"
#define WITH_SLOPE(p, m) "vmul.f32 q12, q" #p ", q" #m "\n vclt.f32 q13, q" #p ", #0\n vbit q" #p ", q12, q13\n"
#define BY_ALPHA(p, t) "vmul.f32 q" #t ", q" #p ", q4\n"
#define STEP(what, t, by) what ".f32 q" #t ", q" #t ", q" #by "\n"
#define PLUS_BETA(p, t) STEP("vadd", t, 5)
#define NOT_BELOW(p, t) STEP("vmax", t, 6)
#define NOT_ABOVE(p, t) STEP("vmin", t, 7)
#define ROUND(p, t) STEP("vadd", p, 8)
#define LESS_WHOLE(p, t) "vqsub.s32 q" #p ", q" #p ", q9\n"

/// `left` sixteens to bytes, or to 16-bit numbers before their pieces, in the place of the values. Results as in facet_results_neon.h; `function` is
/// a facet_result_function.
static void run(const constants *k, void *values, int32_t left, int32_t function, int32_t is_scaled, const ptrdiff_t *places, int8_t *output,
                int32_t how) {
  const void *from = values;
  __asm__ volatile("add r12, %[k], #64\n add lr, r12, #64\n vldmia lr, {d16-d23}\n"
                   "0: vldmia %[from]!, {d0-d7}\n tst %[is_scaled], %[is_scaled]\n bne 1f\n"
                   "vldmia %[k], {d8-d15}\n" ALL(CONVERT, 4, 5, 6, 7) ALL(MULTIPLY, 4, 5, 6, 7)
                   "1: cmp %[function], #" RESULT_HARD_SWISH "\n bhi 3f\n vldmia r12, {d8-d15}\n beq 2f\n"
                   "tst %[function], %[function]\n beq 3f\n" ALL(WITH_SLOPE, 4, 5, 6, 7) "b 3f\n"
                   "2:\n" ALL(BY_ALPHA, 12, 13, 14, 15) ALL(PLUS_BETA, 12, 13, 14, 15) ALL(NOT_BELOW, 12, 13, 14, 15) ALL(NOT_ABOVE, 12, 13, 14, 15)
                   ALL(MULTIPLY, 12, 13, 14, 15)
                   "3:\n" ALL(ROUND, , , , ) ALL(LESS_WHOLE, , , , )
                   "vqmovn.s32 d0, q0\n vqmovn.s32 d1, q1\n vqmovn.s32 d2, q2\n vqmovn.s32 d3, q3\n"
                   "cmp %[function], #" RESULT_PIECES "\n beq 4f\n"
                   "cmp %[how], #1\n"
                   "vqmovn.s16 d0, q0\n vqmovn.s16 d1, q1\n vmax.s8 q0, q0, q10\n vmin.s8 q0, q0, q11\n bhi 5f\n"
                   "ldr lr, [%[places]], #4\n add lr, lr, %[output]\n bne 6f\n"
                   "vst1.8 {d0}, [lr]\n ldr lr, [%[places]], #4\n add lr, lr, %[output]\n vst1.8 {d1}, [lr]\n b 7f\n"
                   "4: vst1.8 {d0-d3}, [%[to]]!\n b 7f\n"
                   "5: vst1.8 {d0, d1}, [%[to]]!\n b 7f\n"
                   "6: vst1.8 {d0, d1}, [lr]\n"
                   "7: subs %[left], %[left], #1\n bne 0b\n"
                   : [from] "+r"(from), [to] "+r"(values), [left] "+r"(left), [places] "+r"(places)
                   : [k] "r"(k), [function] "r"(function), [is_scaled] "r"(is_scaled), [output] "r"(output), [how] "r"(how)
                   : "r12", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11", "q12", "q13", "q14", "q15", "cc",
                     "memory");
}
// clang-format on

/// Numbers of the channels, as sixteen sums want them.
FACET_OUTLINE void fill_lanes(const facet_waiting *w, const float *all, facet_floats *to) {
  const float *from = all + w->first;
  float some[16];
  if (w->channels < facet_waiting_width(w)) from = memcpy(some, from, (size_t)w->channels * 4);
  to->v[0] = vld1q_f32(from), to->v[1] = vld1q_f32(from + 4);
  if (w->form == FACET_WAITING_WIDE) from += 8;
  to->v[2] = vld1q_f32(from), to->v[3] = vld1q_f32(from + 4);
}

/// Multiplies `count` sixteens and adds residuals, four at a time: rare, and so small.
FACET_OUTLINE void add_residuals(const facet_waiting *w, float *values, int32_t count, const float32x4_t multiplier[4]) {
  const facet_conv *c = w->c;
  const int32_t width = facet_waiting_width(w);
  const ptrdiff_t *places = w->residual_places;
  int8_t bytes[16];
  FACET_ROLLED_FOR(; count > 0; count--) {
    FACET_ROLLED_FOR(int32_t i = 0; i < 16; i += width) memcpy(bytes + i, w->residual + *places++, (size_t)w->channels);
    FACET_ROLLED_FOR(int32_t i = 0; i < 4; i++, values += 4) {
      const int16x8_t r = vsubl_s8(vld1_s8(bytes + 4 * (i & 2)), vdup_n_s8((int8_t)c->residual_zero));
      const float32x4_t more = vcvtq_f32_s32(vmovl_s16(i & 1 ? vget_high_s16(r) : vget_low_s16(r)));
      const float32x4_t p = vmulq_f32(vcvtq_f32_s32(vld1q_s32((const int32_t *)(const void *)values)), multiplier[i]);
      vst1q_f32(values, vaddq_f32(p, vmulq_n_f32(more, c->residual_multiplier)));
    }
  }
}

void facet_store_waiting_neon(const facet_waiting *w, void *values, int32_t pixels) {
  const facet_conv *c = w->c;
  const int32_t width = facet_waiting_width(w), count = (int32_t)((uint32_t)(pixels * width + 8) / 16), function = c->function;
  const int32_t how = w->channels < width ? DENSE : width == 8 ? TO_EIGHTS : TO_SIXTEENS;
  constants k = {.numbers = {{vdupq_n_f32(c->alpha), vdupq_n_f32(c->beta), vdupq_n_f32(0), vdupq_n_f32(1)}},
                 .bounds = facet_bounds_of(function == FACET_RESULT_PIECES ? c->offset : c->zero, c->low, c->high)};
  fill_lanes(w, c->multiplier, &k.multiplier);
  if (w->residual) add_residuals(w, values, count, k.multiplier.v);
  if (function == FACET_RESULT_SLOPES) fill_lanes(w, c->slopes, &k.numbers);
  run(&k, values, count, function, w->is_scaled || w->residual, w->places, w->output, how);
  int8_t *bytes = values;
  if (function == FACET_RESULT_PIECES) {
    uint8_t planes[PLANES][FACET_PIECES];
    fill_planes(c->pieces, planes);
    // Four eights again and again, of which the last one repeats, as its place does.
    FACET_ROLLED_FOR(int32_t i = pixels; width == 8 && i % 4; i++) vst1q_s8(bytes + 16 * i, vld1q_s8(bytes + 16 * i - 16));
    by_pieces(planes, values, count * 16, w->places, w->output, how);
  }
  FACET_ROLLED_FOR(int32_t i = 0; how == DENSE && i < pixels; i++, bytes += width) memcpy(w->output + w->places[i], bytes, (size_t)w->channels);
}
#endif
#include "facet_small_end.h"
