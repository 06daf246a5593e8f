#if defined(__arm__)
#include "facet_conv_winograd_armv7.h"

// clang-format off
#define LOAD_COLUMN                                                                                                     \
  "vld1.8 {d0}, [r0], %[step]\n vld1.8 {d1}, [r1], %[step]\n vld1.8 {d2}, [r2], %[step]\n"                              \
  "vld1.8 {d3}, [r3], %[step]\n vld1.8 {d4}, [r4], %[step]\n vld1.8 {d5}, [r5], %[step]\n"
// The transforms of points 1 and -1 come out negated.
#define COLUMN                                                                                                          \
  "vsubl.s8 q14, d0, d2\n vsubl.s8 q8, d4, d2\n vsubl.s8 q15, d1, d3\n vsubl.s8 q13, d5, d3\n"                          \
  "vshll.s8 q4, d2, #2\n vshll.s8 q5, d1, #2\n vadd.i16 q6, q15, q15\n"                                                 \
  "vsubw.s8 q4, q4, d4\n vsubw.s8 q5, q5, d3\n vsub.i16 q11, q8, q6\n vadd.i16 q12, q8, q6\n"                           \
  "vmla.i16 q8, q14, d6[0]\n vmla.i16 q13, q15, d6[0]\n vadd.i16 q9, q4, q5\n vsub.i16 q10, q4, q5\n"
#define ROW                                                                                                             \
  TAKE("d8, d9") TAKE("d10, d11") TAKE("d12, d13") TAKE("d14, d15") TAKE("d16, d17") TAKE("d18, d19")                   \
  "vsub.i16 q10, q4, q6\n vsub.i16 q11, q8, q6\n vsub.i16 q12, q5, q7\n vsub.i16 q13, q9, q7\n"                         \
  "vmls.i16 q8, q6, d6[0]\n vmls.i16 q7, q5, d6[0]\n vadd.i16 q14, q12, q12\n"                                          \
  "vmla.i16 q13, q12, d6[0]\n vsub.i16 q15, q11, q14\n vadd.i16 q14, q11, q14\n vmla.i16 q11, q10, d6[0]\n"             \
  "vadd.i16 q4, q8, q7\n vsub.i16 q5, q8, q7\n"                                                                         \
  PUT("d22, d23") PUT("d8, d9") PUT("d10, d11") PUT("d30, d31") PUT("d28, d29") PUT("d26, d27")

/// B^T x B.
static void inputs(const facet_winograd_window *w, int32_t inputs, void *to_u) {
  int16_t *u = to_u;
  TRANSFORM_INPUTS(6, "r0, r1, r2, r3, r4, r5", LOAD_COLUMN, COLUMN, "d16-d27", ROW, "r0", "r1", "r2", "r3", "r4", "r5")
}

// The six positions of a column of G w G^T from q11, q12, q13, a column of w G^T; each but the outer ones comes from the one before.
#define WEIGHTS_COLUMN                                                                                                  \
  PUT_WEIGHTS("d22, d23") "vadd.i16 q14, q12, q13\n vadd.i16 q15, q11, q14\n" PUT_WEIGHTS("d30, d31")                   \
  "vmls.i16 q15, q12, d0[0]\n" PUT_WEIGHTS("d30, d31") "vmla.i16 q15, q14, d0[1]\n" PUT_WEIGHTS("d30, d31")             \
  "vmls.i16 q15, q12, d0[2]\n" PUT_WEIGHTS("d30, d31") PUT_WEIGHTS("d26, d27")
#define UNIT(A0, A1, A2, B0, B1, B2, C0, C1, C2)                                                                        \
  "vmovl.s8 q11, d" #A0 "\n vmovl.s8 q12, d" #B0 "\n vmovl.s8 q13, d" #C0 "\n" WEIGHTS_COLUMN                           \
  "vaddw.s8 q11, q11, d" #A1 "\n vaddw.s8 q12, q12, d" #B1 "\n vaddw.s8 q13, q13, d" #C1 "\n"                           \
  "vaddw.s8 q11, q11, d" #A2 "\n vaddw.s8 q12, q12, d" #B2 "\n vaddw.s8 q13, q13, d" #C2 "\n" WEIGHTS_COLUMN            \
  "vmlsl.s8 q11, d" #A1 ", d1\n vmlsl.s8 q12, d" #B1 ", d1\n vmlsl.s8 q13, d" #C1 ", d1\n" WEIGHTS_COLUMN               \
  "vmlal.s8 q11, d" #A1 ", d20\n vmlal.s8 q12, d" #B1 ", d20\n vmlal.s8 q13, d" #C1 ", d20\n"                           \
  "vmlal.s8 q11, d" #A2 ", d20\n vmlal.s8 q12, d" #B2 ", d20\n vmlal.s8 q13, d" #C2 ", d20\n" WEIGHTS_COLUMN            \
  "vmlsl.s8 q11, d" #A1 ", d21\n vmlsl.s8 q12, d" #B1 ", d21\n vmlsl.s8 q13, d" #C1 ", d21\n" WEIGHTS_COLUMN            \
  "vmovl.s8 q11, d" #A2 "\n vmovl.s8 q12, d" #B2 "\n vmovl.s8 q13, d" #C2 "\n" WEIGHTS_COLUMN                           \
  "sub %[v], %[v], %[back]\n"

/// G w G^T.
static void weights(const int8_t *w, int32_t inputs, int16_t *v) { TRANSFORM_WEIGHTS(36, UNIT) }

// Sums m1 to m4 of a line, 8 channels each, through [b]: their sums and differences in q6, q7 (m1 + m2), q2, q3 (m1 - m2), q8, q9 (m3 + m4), q4, q5.
#define SUMS_AND_DIFFERENCES                                                                                            \
  "vld1.32 {d4-d7}, [%[b]], %[next]\n vld1.32 {d8-d11}, [%[b]], %[next]\n"                                              \
  "vld1.32 {d20-d23}, [%[b]], %[next]\n vld1.32 {d28-d31}, [%[b]], %[next]\n"                                           \
  "vadd.i32 q6, q2, q4\n vadd.i32 q7, q3, q5\n vsub.i32 q2, q2, q4\n vsub.i32 q3, q3, q5\n"                             \
  "vadd.i32 q8, q10, q14\n vadd.i32 q9, q11, q15\n vsub.i32 q4, q10, q14\n vsub.i32 q5, q11, q15\n"
// Four lines of a column, in q8 to q15. d0: 6, 4.
#define SUMS_COLUMN                                                                                                     \
  SUMS_AND_DIFFERENCES "vld1.32 {d20-d23}, [%[a]], %[column]\n vadd.i32 q12, q8, q6\n vadd.i32 q13, q9, q7\n"           \
  "vmla.i32 q8, q10, d0[0]\n vmla.i32 q9, q11, d0[0]\n vmla.i32 q8, q6, d0[1]\n vmla.i32 q9, q7, d0[1]\n"               \
  "vadd.i32 q6, q2, q4\n vadd.i32 q7, q3, q5\n vadd.i32 q10, q6, q2\n vadd.i32 q11, q7, q3\n"                           \
  "vld1.32 {d4-d7}, [%[b]], %[on]\n vadd.i32 q14, q6, q4\n vadd.i32 q15, q7, q5\n"                                      \
  "vmla.i32 q14, q2, d0[0]\n vmla.i32 q15, q3, d0[0]\n"
// Four pixels of a row, multiplied, in q8 to q15. q0: 1, 2, -4 and 6 times the inverse of 9.
#define SUMS_ROW                                                                                                        \
  SUMS_AND_DIFFERENCES "vsub.i32 q12, q8, q6\n vsub.i32 q13, q9, q7\n vmul.i32 q8, q8, d0[0]\n vmul.i32 q9, q9, d0[0]\n" \
  "vld1.32 {d20-d23}, [%[a]]!\n vmul.i32 q14, q4, d0[1]\n vmul.i32 q15, q5, d0[1]\n"                                    \
  "vmla.i32 q8, q6, d1[0]\n vmla.i32 q9, q7, d1[0]\n vmla.i32 q8, q10, d1[1]\n vmla.i32 q9, q11, d1[1]\n"               \
  "vld1.32 {d12-d15}, [%[b]], %[on]\n vmul.i32 q12, q12, d0[0]\n vmul.i32 q13, q13, d0[0]\n"                            \
  "vmls.i32 q14, q2, d0[0]\n vmls.i32 q15, q3, d0[0]\n vmul.i32 q10, q4, d0[0]\n vmul.i32 q11, q5, d0[0]\n"             \
  "vmls.i32 q10, q2, d0[1]\n vmls.i32 q11, q3, d0[1]\n vmla.i32 q14, q6, d1[1]\n vmla.i32 q15, q7, d1[1]\n"             \
  "vld1.32 {d4-d7}, [%[m]]!\n vcvt.f32.s32 q8, q8, #3\n vcvt.f32.s32 q9, q9, #3\n"                                      \
  "vcvt.f32.s32 q10, q10, #2\n vcvt.f32.s32 q11, q11, #2\n vcvt.f32.s32 q12, q12, #1\n vcvt.f32.s32 q13, q13, #1\n"     \
  "vcvt.f32.s32 q14, q14, #1\n vcvt.f32.s32 q15, q15, #1\n vmul.f32 q8, q8, q2\n vmul.f32 q9, q9, q3\n"                 \
  "vmul.f32 q10, q10, q2\n vmul.f32 q11, q11, q3\n vmul.f32 q12, q12, q2\n vmul.f32 q13, q13, q3\n"                     \
  "vmul.f32 q14, q14, q2\n vmul.f32 q15, q15, q3\n"
// clang-format on

/// A^T s A for 8 channels, columns first, then requantization row by row.
static void results(const facet_winograd_channels *k, int32_t half, const int32_t *sums, const facet_winograd_tile *t, int32_t with_residual) {
  _Alignas(16) int32_t between[6 * 4 * 8];
  int32_t *to = between;
  const int32_t *a = sums, *b = sums + SUMS;
  int32_t left = 6;
  __asm__ volatile("vmov.i32 d0, #6\n vmov.i32 d1, #4\n vtrn.32 d0, d1\n"
                   "1:\n" SUMS_COLUMN "vstmia %[to]!, {d16-d31}\n subs %[left], %[left], #1\n bne 1b\n"
                   : [a] "+r"(a), [b] "+r"(b), [to] "+r"(to), [left] "+r"(left)
                   : [next] "r"(4 * SUMS), [on] "r"(8 * SUMS), [column] "r"(24 * SUMS)
                   : ALL_VECTORS, "cc", "memory");
  const requantization q = requantization_of(k, half, with_residual);
  const float *m = k->multiplier[0];
  a = between, b = between + 32;
  FACET_ROLLED_FOR(int r = 0; r < 4; r++) {
    const uint32_t inverse = 0x38E38E39u; // of 9
    register int32x4_t factors __asm__("q0") = {(int32_t)inverse, (int32_t)(2 * inverse), (int32_t)(0u - 4 * inverse), (int32_t)(6 * inverse)};
    register float32x4_t p0 __asm__("q8"), p1 __asm__("q9"), p2 __asm__("q10"), p3 __asm__("q11");
    register float32x4_t p4 __asm__("q12"), p5 __asm__("q13"), p6 __asm__("q14"), p7 __asm__("q15");
    __asm__ volatile(SUMS_ROW
                     : "=w"(p0), "=w"(p1), "=w"(p2), "=w"(p3), "=w"(p4), "=w"(p5), "=w"(p6), "=w"(p7), [a] "+r"(a), [b] "+r"(b), [m] "+r"(m)
                     : "w"(factors), [next] "r"(128), [on] "r"(32 - 4 * 128)
                     : "q2", "q3", "q4", "q5", "q6", "q7", "memory");
    float32x4_t p[4][2] = {{p0, p1}, {p2, p3}, {p4, p5}, {p6, p7}};
    store_four(&q, p, t->output + 4 * r, t->residual + 4 * r);
  }
}

/// Convolution, int8, by Winograd's F(4x4, 3x3): 4 tiles of 4x4 outputs by 8 channels.
void facet_conv_s8_winograd4_neon(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  static const facet_winograd kind = {.outputs = 4, .products = facet_winograd_products, .inputs = inputs, .weights = weights, .results = results};
  facet_conv_s8_winograd(arguments, &kind, p0, p1, b0, b1);
}
#endif
