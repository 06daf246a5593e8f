#if defined(__aarch64__)
#include "facet_conv_winograd.h"
#include <arm_neon.h>

enum { POSITION = FACET_WINOGRAD_GROUP * FACET_WINOGRAD_CHANNELS };

/// B^T x B: columns of bytes, then rows. In columns the transforms of points 1 and -1 come out negated.
static void inputs(const facet_winograd_window *w, int32_t inputs, int16_t *u) {
  const int16x8_t four = vdupq_n_s16(4);
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

/// A row of G w (its three columns) times G^T, to the six positions of this row, for two inputs and for two more.
FACET_INLINE void weights_row(const int16x8_t low[3], const int16x8_t high[3], int16_t *v) {
  const int16x8_t x[2][3] = {{low[0], low[1], low[2]}, {high[0], high[1], high[2]}};
  FACET_UNROLLED_FOR(int i = 0; i < 2; i++) {
    const int16x8_t t = vaddq_s16(x[i][0], x[i][2]), f = vaddq_s16(x[i][0], vshlq_n_s16(x[i][2], 2)), g = vaddq_s16(x[i][1], x[i][1]);
    int16_t *to = v + 8 * i;
    const ptrdiff_t column = 6 * 8 * FACET_WINOGRAD_CHANNELS;
    vst1q_s16(to, x[i][0]);
    vst1q_s16(to + column, vaddq_s16(t, x[i][1]));
    vst1q_s16(to + 2 * column, vsubq_s16(t, x[i][1]));
    vst1q_s16(to + 3 * column, vaddq_s16(f, g));
    vst1q_s16(to + 4 * column, vsubq_s16(f, g));
    vst1q_s16(to + 5 * column, x[i][2]);
  }
}

/// G w G^T for 4 inputs by 4 outputs at a time.
static void weights(const int8_t *w, int32_t inputs, int16_t *v) {
  static const uint8_t by_input[16] = {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15};
  const uint8x16_t order = vld1q_u8(by_input);
  const ptrdiff_t tap = 32 * (ptrdiff_t)inputs, row = 8 * FACET_WINOGRAD_CHANNELS;
  for (int32_t i = 0; i < inputs; i += 4, w += 128) {
    int16_t *to = v + i / 8 * (36 * 8 * FACET_WINOGRAD_CHANNELS) + (i & 4) * FACET_WINOGRAD_CHANNELS;
    FACET_ROLLED_FOR(int g = 0; g < 4; g++, to += 16) {
      int8x16_t x[3][3];
      FACET_UNROLLED_FOR(int t = 0; t < 9; t++) x[t / 3][t % 3] = vqtbl1q_s8(vld1q_s8(w + 16 * g + t * tap), order);
      int16x8_t low[3], high[3], low2[3], high2[3];
      FACET_UNROLLED_FOR(int c = 0; c < 3; c++) low[c] = vmovl_s8(vget_low_s8(x[0][c])), high[c] = vmovl_high_s8(x[0][c]);
      weights_row(low, high, to);
      FACET_UNROLLED_FOR(int c = 0; c < 3; c++) {
        const int16x8_t a = vaddl_s8(vget_low_s8(x[0][c]), vget_low_s8(x[2][c])), b = vaddl_high_s8(x[0][c], x[2][c]);
        low[c] = vaddw_s8(a, vget_low_s8(x[1][c])), high[c] = vaddw_high_s8(b, x[1][c]);
        low2[c] = vsubw_s8(a, vget_low_s8(x[1][c])), high2[c] = vsubw_high_s8(b, x[1][c]);
      }
      weights_row(low, high, to + row);
      weights_row(low2, high2, to + 2 * row);
      FACET_UNROLLED_FOR(int c = 0; c < 3; c++) {
        const int16x8_t a = vaddw_s8(vshll_n_s8(vget_low_s8(x[2][c]), 2), vget_low_s8(x[0][c])), b = vaddw_high_s8(vshll_high_n_s8(x[2][c], 2), x[0][c]);
        const int16x8_t e = vshll_n_s8(vget_low_s8(x[1][c]), 1), f = vshll_high_n_s8(x[1][c], 1);
        low[c] = vaddq_s16(a, e), high[c] = vaddq_s16(b, f);
        low2[c] = vsubq_s16(a, e), high2[c] = vsubq_s16(b, f);
      }
      weights_row(low, high, to + 3 * row);
      weights_row(low2, high2, to + 4 * row);
      FACET_UNROLLED_FOR(int c = 0; c < 3; c++) low[c] = vmovl_s8(vget_low_s8(x[2][c])), high[c] = vmovl_high_s8(x[2][c]);
      weights_row(low, high, to + 5 * row);
    }
  }
}

/// A^T s A for 8 channels, columns first, then requantization row by row.
static void results(const facet_winograd_channels *k, int32_t half, const int32_t *sums, const facet_winograd_tile *t, int32_t with_residual) {
  int32x4_t between[6][4][2];
  FACET_ROLLED_FOR(int c = 0; c < 6; c++) {
    const int32_t *from = sums + 6 * c * POSITION;
    FACET_UNROLLED_FOR(int v = 0; v < 2; v++) {
      int32x4_t m[6];
      FACET_UNROLLED_FOR(int r = 0; r < 6; r++) m[r] = vld1q_s32(from + r * POSITION + 4 * v);
      const int32x4_t s = vaddq_s32(m[1], m[2]), d = vsubq_s32(m[1], m[2]), s2 = vaddq_s32(m[3], m[4]), d2 = vsubq_s32(m[3], m[4]);
      const int32x4_t both = vaddq_s32(d, d2);
      between[c][0][v] = vmlaq_n_s32(vmlaq_n_s32(s2, m[0], 6), s, 4);
      between[c][1][v] = vaddq_s32(both, d);
      between[c][2][v] = vaddq_s32(s, s2);
      between[c][3][v] = vmlaq_n_s32(vaddq_s32(both, d2), m[5], 6);
    }
  }
  const int16x8_t zero = vdupq_n_s16((int16_t)k->zero);
  const int8x16_t low = vdupq_n_s8((int8_t)k->low), high = vdupq_n_s8((int8_t)k->high);
  const int8x8_t residual_zero = vdup_n_s8((int8_t)k->residual_zero);
  const float32x4_t residual_multiplier = vdupq_n_f32(k->residual_multiplier);
  const uint32_t inverse = 0x38E38E39u; // of 9
  const int32_t factors[4] = {(int32_t)inverse, (int32_t)(2 * inverse), (int32_t)(0u - 4 * inverse), (int32_t)(6 * inverse)};
  const int32x4_t f = vld1q_s32(factors);
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
    if (with_residual) {
      FACET_UNROLLED_FOR(int i = 0; i < 4; i++) {
        const int16x8_t e = vsubl_s8(vld1_s8(t->residual[4 * r + i] + k->channel + 8 * half), residual_zero);
        p[i][0] = vaddq_f32(p[i][0], vmulq_f32(vcvtq_f32_s32(vmovl_s16(vget_low_s16(e))), residual_multiplier));
        p[i][1] = vaddq_f32(p[i][1], vmulq_f32(vcvtq_f32_s32(vmovl_high_s16(e)), residual_multiplier));
      }
    }
    FACET_UNROLLED_FOR(int i = 0; i < 4; i += 2) {
      int16x8_t q[2];
      FACET_UNROLLED_FOR(int j = 0; j < 2; j++)
      q[j] = vqaddq_s16(vqmovn_high_s32(vqmovn_s32(vcvtnq_s32_f32(p[i + j][0])), vcvtnq_s32_f32(p[i + j][1])), zero);
      const int8x16_t bytes = vminq_s8(vmaxq_s8(vqmovn_high_s16(vqmovn_s16(q[0]), q[1]), low), high);
      vst1_s8(t->output[4 * r + i] + k->channel + 8 * half, vget_low_s8(bytes));
      vst1_s8(t->output[4 * r + i + 1] + k->channel + 8 * half, vget_high_s8(bytes));
    }
  }
}

/// Convolution, int8, by Winograd's F(4x4, 3x3): 4 tiles of 4x4 outputs by 16 channels.
void facet_conv_s8_winograd4_neon(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  static const facet_winograd kind = {4, inputs, weights, results};
  facet_conv_s8_winograd(arguments, &kind, p0, p1, b0, b1);
}
#endif
