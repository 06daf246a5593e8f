#if defined(__arm__)
#include "facet_conv_winograd_armv7.h"
#include "facet_conv_winograd2_neon.h"

// clang-format off
#define LOAD_COLUMN                                                                                                     \
  "vld1.8 {d0}, [r0], %[step]\n vld1.8 {d1}, [r1], %[step]\n vld1.8 {d2}, [r2], %[step]\n vld1.8 {d3}, [r3], %[step]\n"
#define COLUMN "vsubl.s8 q8, d0, d2\n vaddl.s8 q9, d1, d2\n vsubl.s8 q10, d2, d1\n vsubl.s8 q11, d1, d3\n"
#define ROW                                                                                                             \
  TAKE("d16, d17") TAKE("d18, d19") TAKE("d20, d21") TAKE("d22, d23")                                                   \
  "vsub.i16 q12, q8, q10\n vadd.i16 q13, q9, q10\n vsub.i16 q14, q10, q9\n vsub.i16 q15, q9, q11\n"                     \
  PUT("d24, d25") PUT("d26, d27") PUT("d28, d29") PUT("d30, d31")

/// B^T x B.
static void inputs(const facet_winograd_window *w, int32_t inputs, void *to_u) {
  int16_t *u = to_u;
  TRANSFORM_INPUTS(4, "r0, r1, r2, r3", LOAD_COLUMN, COLUMN, "d16-d23", ROW, "r0", "r1", "r2", "r3")
}

// The four positions of a column of G w G^T from q11, q12, q13, a column of w G^T.
#define WEIGHTS_COLUMN                                                                                                  \
  PUT_WEIGHTS("d22, d23") "vadd.i16 q14, q11, q13\n vadd.i16 q15, q14, q12\n" PUT_WEIGHTS("d30, d31")                   \
  "vsub.i16 q15, q14, q12\n" PUT_WEIGHTS("d30, d31") PUT_WEIGHTS("d26, d27")
#define UNIT(A0, A1, A2, B0, B1, B2, C0, C1, C2)                                                                        \
  "vmovl.s8 q11, d" #A0 "\n vmovl.s8 q12, d" #B0 "\n vmovl.s8 q13, d" #C0 "\n" WEIGHTS_COLUMN                           \
  "vaddw.s8 q11, q11, d" #A1 "\n vaddw.s8 q12, q12, d" #B1 "\n vaddw.s8 q13, q13, d" #C1 "\n"                           \
  "vaddw.s8 q11, q11, d" #A2 "\n vaddw.s8 q12, q12, d" #B2 "\n vaddw.s8 q13, q13, d" #C2 "\n" WEIGHTS_COLUMN            \
  "vmlsl.s8 q11, d" #A1 ", d1\n vmlsl.s8 q12, d" #B1 ", d1\n vmlsl.s8 q13, d" #C1 ", d1\n" WEIGHTS_COLUMN               \
  "vmovl.s8 q11, d" #A2 "\n vmovl.s8 q12, d" #B2 "\n vmovl.s8 q13, d" #C2 "\n" WEIGHTS_COLUMN                           \
  "sub %[v], %[v], %[back]\n"

/// G w G^T.
static void weights(const int8_t *w, int32_t inputs, int16_t *v) { TRANSFORM_WEIGHTS(16, UNIT) }
// clang-format on

/// Convolution, int8, by Winograd's F(2x2, 3x3): 4 tiles of 2x2 outputs by 8 channels.
void facet_conv_s8_winograd2_neon(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  static const facet_winograd kind = {.outputs = 2, .products = facet_winograd_products, .inputs = inputs, .weights = weights, .results = results};
  facet_conv_s8_winograd(arguments, &kind, p0, p1, b0, b1);
}
#endif
