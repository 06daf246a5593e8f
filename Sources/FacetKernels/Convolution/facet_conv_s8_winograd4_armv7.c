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
static void inputs(const facet_winograd_window *w, int32_t inputs, int16_t *u) {
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
// clang-format on

/// A^T s A for 8 channels, columns first, then requantization row by row.
static void results(const facet_winograd_channels *k, int32_t half, const int32_t *sums, const facet_winograd_tile *t, int32_t with_residual) {
  int32x4_t between[6][4][2];
  int32x2_t factors = {6, 4};
  HIDDEN(factors);
  FACET_ROLLED_FOR(int c = 0; c < 6; c++) {
    FACET_UNROLLED_FOR(int v = 0; v < 2; v++) {
      int32x4_t m[6];
      FACET_UNROLLED_FOR(int r = 0; r < 6; r++) m[r] = vld1q_s32(sums + (6 * c + r) * SUMS + 4 * v);
      const int32x4_t s = vaddq_s32(m[1], m[2]), d = vsubq_s32(m[1], m[2]), s2 = vaddq_s32(m[3], m[4]), d2 = vsubq_s32(m[3], m[4]);
      const int32x4_t both = vaddq_s32(d, d2);
      between[c][0][v] = vmlaq_lane_s32(vmlaq_lane_s32(s2, m[0], factors, 0), s, factors, 1);
      between[c][1][v] = vaddq_s32(both, d);
      between[c][2][v] = vaddq_s32(s, s2);
      between[c][3][v] = vmlaq_lane_s32(vaddq_s32(both, d2), m[5], factors, 0);
    }
  }
  const requantization q = requantization_of(k, with_residual);
  const uint32_t inverse = 0x38E38E39u; // of 9
  const int32x2_t f = {(int32_t)inverse, (int32_t)(2 * inverse)}, g = {(int32_t)(0u - 4 * inverse), (int32_t)(6 * inverse)};
  FACET_ROLLED_FOR(int r = 0; r < 4; r++) {
    float32x4_t p[4][2];
    FACET_UNROLLED_FOR(int v = 0; v < 2; v++) {
      int32x4_t m[6];
      FACET_UNROLLED_FOR(int c = 0; c < 6; c++) m[c] = between[c][r][v];
      const int32x4_t s = vaddq_s32(m[1], m[2]), d = vsubq_s32(m[1], m[2]), s2 = vaddq_s32(m[3], m[4]), d2 = vsubq_s32(m[3], m[4]);
      const float32x4_t multiplier = vld1q_f32(k->multiplier[r] + 4 * v);
      const int32x4_t y0 = vmlaq_lane_s32(vmlaq_lane_s32(vmulq_lane_s32(s2, f, 0), m[0], g, 1), s, g, 0);
      const int32x4_t y1 = vmlsq_lane_s32(vmulq_lane_s32(d2, f, 0), d, f, 1);
      const int32x4_t y2 = vmulq_lane_s32(vsubq_s32(s2, s), f, 0);
      const int32x4_t y3 = vmlaq_lane_s32(vmlsq_lane_s32(vmulq_lane_s32(d2, f, 1), d, f, 0), m[5], g, 1);
      p[0][v] = vmulq_f32(vcvtq_n_f32_s32(y0, 3), multiplier);
      p[1][v] = vmulq_f32(vcvtq_n_f32_s32(y1, 2), multiplier);
      p[2][v] = vmulq_f32(vcvtq_n_f32_s32(y2, 1), multiplier);
      p[3][v] = vmulq_f32(vcvtq_n_f32_s32(y3, 1), multiplier);
    }
    store_four(&q, p, t->output + 4 * r, t->residual + 4 * r);
  }
  (void)half;
}

/// Convolution, int8, by Winograd's F(4x4, 3x3): 4 tiles of 4x4 outputs by 8 channels.
void facet_conv_s8_winograd4_neon(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  static const facet_winograd kind = {4, inputs, weights, results};
  facet_conv_s8_winograd(arguments, &kind, p0, p1, b0, b1);
}
#endif
