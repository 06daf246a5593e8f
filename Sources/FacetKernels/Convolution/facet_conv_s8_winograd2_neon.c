#if defined(__aarch64__)
#include "facet_conv_winograd_neon.h"
#include "facet_conv_winograd2_neon.h"

/// B^T x B: columns of bytes, then rows.
static void inputs(const facet_winograd_window *w, int32_t inputs, void *to_u) {
  int16_t *u = to_u;
  for (ptrdiff_t i = 0; i < inputs; i += 8, u += 16 * 32) {
    int16x8_t between[4][4];
    FACET_UNROLLED_FOR(int c = 0; c < 4; c++) {
      const ptrdiff_t at = w->columns[c] + i;
      const int8x8_t x0 = vld1_s8(w->rows[0] + at), x1 = vld1_s8(w->rows[1] + at), x2 = vld1_s8(w->rows[2] + at), x3 = vld1_s8(w->rows[3] + at);
      between[c][0] = vsubl_s8(x0, x2);
      between[c][1] = vaddl_s8(x1, x2);
      between[c][2] = vsubl_s8(x2, x1);
      between[c][3] = vsubl_s8(x1, x3);
    }
    FACET_UNROLLED_FOR(int r = 0; r < 4; r++) {
      int16_t *to = u + r * 32;
      vst1q_s16(to, vsubq_s16(between[0][r], between[2][r]));
      vst1q_s16(to + 4 * 32, vaddq_s16(between[1][r], between[2][r]));
      vst1q_s16(to + 8 * 32, vsubq_s16(between[2][r], between[1][r]));
      vst1q_s16(to + 12 * 32, vsubq_s16(between[1][r], between[3][r]));
    }
  }
}

/// A row of w G^T, from its three taps in a column each, times G: to the four positions of a column, for two inputs and for two more.
FACET_INLINE void weights_column(const int16x8_t x[3][2], int16_t *v) {
  int16x8_t t[2], y[2];
  STORE_PAIR(v, 0, x[0]);
  FACET_UNROLLED_FOR(int i = 0; i < 2; i++) t[i] = vaddq_s16(x[0][i], x[2][i]), y[i] = vaddq_s16(t[i], x[1][i]);
  STORE_PAIR(v, 1, y);
  FACET_UNROLLED_FOR(int i = 0; i < 2; i++) y[i] = vsubq_s16(t[i], x[1][i]);
  STORE_PAIR(v, 2, y);
  STORE_PAIR(v, 3, x[2]);
}

/// G w G^T for 4 inputs by 4 outputs at a time: rows of taps, then columns.
static void weights(const int8_t *w, int32_t inputs, int16_t *v) {
  const uint8x16_t order = order_by_input();
  const weights_taps taps = taps_of(inputs);
  for (int32_t i = 0; i < inputs; i += 4, w += 64) {
    int16_t *to = weights_place(v, 16, i);
    FACET_ROLLED_FOR(int g = 0; g < 4; g++, to += 16, w += 16) {
      int8x16_t x[3][3];
      FACET_UNROLLED_FOR(int t = 0; t < 9; t++) x[t / 3][t % 3] = vqtbl1q_s8(vld1q_s8(w + taps.tap[t]), order);
      int16x8_t a[3][2], b[3][2];
      FACET_UNROLLED_FOR(int r = 0; r < 3; r++) a[r][0] = vmovl_s8(vget_low_s8(x[r][0])), a[r][1] = vmovl_high_s8(x[r][0]);
      weights_column(a, to);
      FACET_UNROLLED_FOR(int r = 0; r < 3; r++) {
        const int16x8_t t0 = vaddl_s8(vget_low_s8(x[r][0]), vget_low_s8(x[r][2])), t1 = vaddl_high_s8(x[r][0], x[r][2]);
        a[r][0] = vaddw_s8(t0, vget_low_s8(x[r][1])), a[r][1] = vaddw_high_s8(t1, x[r][1]);
        b[r][0] = vsubw_s8(t0, vget_low_s8(x[r][1])), b[r][1] = vsubw_high_s8(t1, x[r][1]);
      }
      weights_column(a, to + 4 * WEIGHTS);
      weights_column(b, to + 8 * WEIGHTS);
      FACET_UNROLLED_FOR(int r = 0; r < 3; r++) a[r][0] = vmovl_s8(vget_low_s8(x[r][2])), a[r][1] = vmovl_high_s8(x[r][2]);
      weights_column(a, to + 12 * WEIGHTS);
    }
  }
}

/// Convolution, int8, by Winograd's F(2x2, 3x3): 4 tiles of 2x2 outputs by 16 channels.
void facet_conv_s8_winograd2_neon(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  static const facet_winograd kind = {.outputs = 2, .products = facet_winograd_products, .inputs = inputs, .weights = weights, .results = results};
  facet_conv_s8_winograd(arguments, &kind, p0, p1, b0, b1);
}

/// The same with products in an order for Cortex-A53.
void facet_conv_s8_winograd2_neon_in_order(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  static const facet_winograd kind = {
      .outputs = 2, .products = facet_winograd_products_in_order, .inputs = inputs, .weights = weights, .results = results};
  facet_conv_s8_winograd(arguments, &kind, p0, p1, b0, b1);
}
#endif
