#if defined(__aarch64__)
#include "facet_conv_winograd_neon.h"

/// B^T x B: columns of bytes, then rows. In columns the transforms of points 1 and -1 come out negated.
static void inputs(const facet_winograd_window *w, int32_t inputs, void *to_u) {
  int16_t *u = to_u;
  int16x8_t four = vdupq_n_s16(4);
  HIDDEN(four);
  for (ptrdiff_t i = 0; i < inputs; i += 8, u += 36 * 32) {
    int16x8_t between[6][6];
    FACET_ROLLED_FOR(int c = 0; c < 6; c++) {
      const ptrdiff_t at = w->columns[c] + i;
      const int8x8_t x0 = vld1_s8(w->rows[0] + at), x1 = vld1_s8(w->rows[1] + at), x2 = vld1_s8(w->rows[2] + at), x3 = vld1_s8(w->rows[3] + at);
      const int8x8_t x4 = vld1_s8(w->rows[4] + at), x5 = vld1_s8(w->rows[5] + at);
      const int16x8_t d20 = vsubl_s8(x0, x2), d42 = vsubl_s8(x4, x2), d13 = vsubl_s8(x1, x3), d53 = vsubl_s8(x5, x3);
      const int16x8_t p = vsubw_s8(vshll_n_s8(x2, 2), x4), q = vsubw_s8(vshll_n_s8(x1, 2), x3), twice = vaddq_s16(d13, d13);
      between[c][1] = vaddq_s16(p, q);
      between[c][2] = vsubq_s16(p, q);
      between[c][3] = vsubq_s16(d42, twice);
      between[c][4] = vaddq_s16(d42, twice);
      between[c][0] = vmlaq_s16(d42, d20, four);
      between[c][5] = vmlaq_s16(d53, d13, four);
    }
    FACET_ROLLED_FOR(int r = 0; r < 6; r++) {
      const int16x8_t x0 = between[0][r], x1 = between[1][r], x2 = between[2][r], x3 = between[3][r], x4 = between[4][r], x5 = between[5][r];
      const int16x8_t d20 = vsubq_s16(x0, x2), d42 = vsubq_s16(x4, x2), d13 = vsubq_s16(x1, x3), d53 = vsubq_s16(x5, x3);
      const int16x8_t p = vmlsq_s16(x4, x2, four), q = vmlsq_s16(x3, x1, four), twice = vaddq_s16(d13, d13);
      int16_t *to = u + r * 32;
      vst1q_s16(to + 6 * 32, vaddq_s16(p, q));
      vst1q_s16(to + 12 * 32, vsubq_s16(p, q));
      vst1q_s16(to + 18 * 32, vsubq_s16(d42, twice));
      vst1q_s16(to + 24 * 32, vaddq_s16(d42, twice));
      vst1q_s16(to, vmlaq_s16(d42, d20, four));
      vst1q_s16(to + 30 * 32, vmlaq_s16(d53, d13, four));
    }
  }
}

/// A row of w G^T, from its three taps in a column each, times G: to the six positions of a column, for two inputs and for two more. Each position
/// but the outer ones comes from the one before. `factors`: 2, 3, 4.
FACET_INLINE void weights_column(const int16x8_t x[3][2], int16x8_t factors, int16_t *v) {
  v += 2 * WEIGHTS; // pairs reach small offsets only
  int16x8_t z[2], y[2];
  STORE_PAIR(v, -2, x[0]);
  FACET_UNROLLED_FOR(int i = 0; i < 2; i++) z[i] = vaddq_s16(x[1][i], x[2][i]), y[i] = vaddq_s16(x[0][i], z[i]);
  STORE_PAIR(v, -1, y);
  FACET_UNROLLED_FOR(int i = 0; i < 2; i++) y[i] = vmlsq_laneq_s16(y[i], x[1][i], factors, 0);
  STORE_PAIR(v, 0, y);
  FACET_UNROLLED_FOR(int i = 0; i < 2; i++) y[i] = vmlaq_laneq_s16(y[i], z[i], factors, 1);
  STORE_PAIR(v, 1, y);
  FACET_UNROLLED_FOR(int i = 0; i < 2; i++) y[i] = vmlsq_laneq_s16(y[i], x[1][i], factors, 2);
  STORE_PAIR(v, 2, y);
  STORE_PAIR(v, 3, x[2]);
}

/// G w G^T for 4 inputs by 4 outputs at a time: rows of taps, then columns.
static void weights(const int8_t *w, int32_t inputs, int16_t *v) {
  const uint8x16_t order = order_by_input();
  int16x8_t factors = {2, 3, 4, 0, 0, 0, 0, 0};
  int8x16_t two = vdupq_n_s8(2), four = vdupq_n_s8(4);
  HIDDEN(factors);
  HIDDEN(two);
  HIDDEN(four);
  const weights_taps taps = taps_of(inputs);
  for (int32_t i = 0; i < inputs; i += 4, w += 64) {
    int16_t *to = weights_place(v, 36, i);
    FACET_ROLLED_FOR(int g = 0; g < 4; g++, to += 16, w += 16) {
      int8x16_t x[3][3];
      FACET_UNROLLED_FOR(int t = 0; t < 9; t++) x[t / 3][t % 3] = vqtbl1q_s8(vld1q_s8(w + taps.tap[t]), order);
      int16x8_t z[3][2], y[3][2];
      FACET_UNROLLED_FOR(int r = 0; r < 3; r++) y[r][0] = vmovl_s8(vget_low_s8(x[r][0])), y[r][1] = vmovl_high_s8(x[r][0]);
      weights_column(y, factors, to);
      FACET_UNROLLED_FOR(int r = 0; r < 3; r++) {
        z[r][0] = vaddl_s8(vget_low_s8(x[r][1]), vget_low_s8(x[r][2])), z[r][1] = vaddl_high_s8(x[r][1], x[r][2]);
        FACET_UNROLLED_FOR(int i = 0; i < 2; i++) y[r][i] = vaddq_s16(y[r][i], z[r][i]);
      }
      weights_column(y, factors, to + 6 * WEIGHTS);
      FACET_UNROLLED_FOR(int r = 0; r < 3; r++) {
        y[r][0] = vmlsl_s8(y[r][0], vget_low_s8(x[r][1]), vget_low_s8(two)), y[r][1] = vmlsl_high_s8(y[r][1], x[r][1], two);
      }
      weights_column(y, factors, to + 12 * WEIGHTS);
      FACET_UNROLLED_FOR(int r = 0; r < 3; r++)
        FACET_UNROLLED_FOR(int i = 0; i < 2; i++) y[r][i] = vmlaq_laneq_s16(y[r][i], z[r][i], factors, 1);
      weights_column(y, factors, to + 18 * WEIGHTS);
      FACET_UNROLLED_FOR(int r = 0; r < 3; r++) {
        y[r][0] = vmlsl_s8(y[r][0], vget_low_s8(x[r][1]), vget_low_s8(four)), y[r][1] = vmlsl_high_s8(y[r][1], x[r][1], four);
      }
      weights_column(y, factors, to + 24 * WEIGHTS);
      FACET_UNROLLED_FOR(int r = 0; r < 3; r++) y[r][0] = vmovl_s8(vget_low_s8(x[r][2])), y[r][1] = vmovl_high_s8(x[r][2]);
      weights_column(y, factors, to + 30 * WEIGHTS);
    }
  }
}

/// A^T s A for 8 channels, columns first, then requantization row by row.
static void results(const facet_winograd_channels *k, int32_t half, const int32_t *sums, const facet_winograd_tile *t, int32_t with_residual) {
  int32x4_t between[6][4][2], factors = {6, 4, 0, 0};
  HIDDEN(factors);
  FACET_ROLLED_FOR(int c = 0; c < 6; c++) {
    const int32_t *from = sums + (6 * c + 2) * SUMS; // pairs are loaded at small offsets only
    HIDDEN_POINTER(from);
    FACET_UNROLLED_FOR(int v = 0; v < 2; v++) {
      int32x4_t m[6];
      FACET_UNROLLED_FOR(int r = 0; r < 6; r++) m[r] = vld1q_s32(from + (r - 2) * SUMS + 4 * v);
      const int32x4_t s = vaddq_s32(m[1], m[2]), d = vsubq_s32(m[1], m[2]), s2 = vaddq_s32(m[3], m[4]), d2 = vsubq_s32(m[3], m[4]);
      const int32x4_t both = vaddq_s32(d, d2);
      between[c][0][v] = vmlaq_laneq_s32(vmlaq_laneq_s32(s2, m[0], factors, 0), s, factors, 1);
      between[c][1][v] = vaddq_s32(both, d);
      between[c][2][v] = vaddq_s32(s, s2);
      between[c][3][v] = vmlaq_laneq_s32(vaddq_s32(both, d2), m[5], factors, 0);
    }
  }
  const requantization q = requantization_of(k, half, with_residual);
  const uint32_t inverse = 0x38E38E39u; // of 9
  const int32x4_t f = {(int32_t)inverse, (int32_t)(2 * inverse), (int32_t)(0u - 4 * inverse), (int32_t)(6 * inverse)};
  FACET_ROLLED_FOR(int r = 0; r < 4; r++) {
    float32x4_t p[4][2];
    FACET_UNROLLED_FOR(int v = 0; v < 2; v++) {
      int32x4_t m[6];
      FACET_UNROLLED_FOR(int c = 0; c < 6; c++) m[c] = between[c][r][v];
      const int32x4_t s = vaddq_s32(m[1], m[2]), d = vsubq_s32(m[1], m[2]), s2 = vaddq_s32(m[3], m[4]), d2 = vsubq_s32(m[3], m[4]);
      const float32x4_t multiplier = vld1q_f32(k->multiplier[r] + 8 * half + 4 * v);
      const int32x4_t y0 = vmlaq_laneq_s32(vmlaq_laneq_s32(vmulq_laneq_s32(s2, f, 0), m[0], f, 3), s, f, 2);
      const int32x4_t y1 = vmlsq_laneq_s32(vmulq_laneq_s32(d2, f, 0), d, f, 1);
      const int32x4_t y2 = vmulq_laneq_s32(vsubq_s32(s2, s), f, 0);
      const int32x4_t y3 = vmlaq_laneq_s32(vmlsq_laneq_s32(vmulq_laneq_s32(d2, f, 1), d, f, 0), m[5], f, 3);
      p[0][v] = vmulq_f32(vcvtq_n_f32_s32(y0, 3), multiplier);
      p[1][v] = vmulq_f32(vcvtq_n_f32_s32(y1, 2), multiplier);
      p[2][v] = vmulq_f32(vcvtq_n_f32_s32(y2, 1), multiplier);
      p[3][v] = vmulq_f32(vcvtq_n_f32_s32(y3, 1), multiplier);
    }
    store_four(&q, p, t->output + 4 * r, t->residual + 4 * r);
  }
}

/// Convolution, int8, by Winograd's F(4x4, 3x3): 4 tiles of 4x4 outputs by 16 channels.
void facet_conv_s8_winograd4_neon(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  static const facet_winograd kind = {.outputs = 4, .products = facet_winograd_products, .inputs = inputs, .weights = weights, .results = results};
  facet_conv_s8_winograd(arguments, &kind, p0, p1, b0, b1);
}

/// The same with products in an order for Cortex-A53.
void facet_conv_s8_winograd4_neon_in_order(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  static const facet_winograd kind = {
      .outputs = 4, .products = facet_winograd_products_in_order, .inputs = inputs, .weights = weights, .results = results};
  facet_conv_s8_winograd(arguments, &kind, p0, p1, b0, b1);
}
#endif
