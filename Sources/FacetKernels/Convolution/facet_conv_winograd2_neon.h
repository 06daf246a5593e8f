/// Results of Winograd's F(2x2, 3x3) by NEON, of 32 and 64 bits: included after the header of one of them.
#ifndef FACET_CONV_WINOGRAD2_NEON_H
#define FACET_CONV_WINOGRAD2_NEON_H

/// Twice both outputs of a line.
FACET_INLINE void line(const int32x4_t m[4], int32x4_t two, int32x4_t y[2]) {
  y[0] = vmlaq_s32(vaddq_s32(m[1], m[2]), m[0], two);
  y[1] = vmlsq_s32(vsubq_s32(m[1], m[2]), m[3], two);
}

/// A^T s A for 8 channels, columns first, then requantization.
static void results(const facet_winograd_channels *k, int32_t half, const int32_t *sums, const facet_winograd_tile *t, int32_t with_residual) {
  int32x4_t two = vdupq_n_s32(2);
  HIDDEN(two);
  float32x4_t p[4][2];
  FACET_UNROLLED_FOR(int v = 0; v < 2; v++) {
    int32x4_t between[2][4];
    FACET_UNROLLED_FOR(int c = 0; c < 4; c++) {
      int32x4_t m[4], y[2];
      FACET_UNROLLED_FOR(int r = 0; r < 4; r++) m[r] = vld1q_s32(sums + (4 * c + r) * SUMS + 4 * v);
      line(m, two, y);
      between[0][c] = y[0], between[1][c] = y[1];
    }
    const float32x4_t multiplier = vld1q_f32(k->multiplier[0] + 8 * half + 4 * v);
    FACET_UNROLLED_FOR(int r = 0; r < 2; r++) {
      int32x4_t y[2];
      line(between[r], two, y);
      FACET_UNROLLED_FOR(int c = 0; c < 2; c++) p[2 * r + c][v] = vmulq_f32(vcvtq_n_f32_s32(y[c], 1), multiplier);
    }
  }
  const requantization q = requantization_of(k, half, with_residual);
  store_four(&q, p, t->output, t->residual);
}

#endif
