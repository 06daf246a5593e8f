#if defined(__riscv) && __riscv_xlen == 64
#include "facet_conv_winograd_rv64.h"

enum { TOGETHER = 8 };

/// B^T times a line.
FACET_INLINE void input_line(const uint64_t x[4], uint64_t u[4], ptrdiff_t step) {
  u[0] = x[0] - x[2];
  u[step] = x[1] + x[2];
  u[2 * step] = x[2] - x[1];
  u[3 * step] = x[1] - x[3];
}

/// B^T x B of two tiles, columns, then rows.
static void inputs(const facet_winograd_window *w, int32_t inputs, void *to_u) {
  uint64_t *u = to_u;
  for (int32_t i = 0; i < inputs; i += TOGETHER) {
    uint64_t between[TOGETHER][4][4];
    FACET_ROLLED_FOR(int c = 0; c < 4; c++) {
      const int8_t *first[4], *second[4];
      FACET_UNROLLED_FOR(int r = 0; r < 4; r++) first[r] = w[0].rows[r] + w[0].columns[c] + i, second[r] = w[1].rows[r] + w[1].columns[c] + i;
      FACET_ROLLED_FOR(int j = 0; j < TOGETHER; j++) {
        uint64_t x[4];
        load_line(first, second, j, x, 4);
        input_line(x, between[j][c], 1);
      }
    }
    FACET_ROLLED_FOR(int j = 0; j < TOGETHER; j++) {
      uint64_t *to = u + (i + j) / 4 * (16 * 8) + j % 4 * 2;
      FACET_UNROLLED_FOR(int r = 0; r < 4; r++, to += 8) {
        uint64_t x[4];
        FACET_UNROLLED_FOR(int c = 0; c < 4; c++) x[c] = between[j][c][r];
        input_line(x, to, 4 * 8);
      }
    }
  }
}

/// A line of three weights times G, HALVES or nothing in w[0]; the last position is w[2].
FACET_INLINE void weights_line(const uint64_t w[3], uint64_t y[3]) {
  const uint64_t t = w[0] + w[2];
  y[0] = w[0];
  y[1] = t + w[1];
  y[2] = t - w[1];
}

/// G w G^T of 4 inputs at a time: rows of taps, then columns.
static void weights(const int8_t *w, int32_t inputs, int16_t *v) {
  const ptrdiff_t tap = 32 * (ptrdiff_t)inputs;
  for (int32_t i = 0; i < inputs; i += 4, w += 128, v += 16 * 32)
    FACET_ROLLED_FOR(int o = 0; o < 8; o++) {
      uint64_t y[4][3];
      FACET_UNROLLED_FOR(int r = 0; r < 3; r++) {
        uint64_t x[3], line[3];
        FACET_UNROLLED_FOR(int c = 0; c < 3; c++) x[c] = four_weights(w + 4 * o + (3 * r + c) * tap);
        if (r == 0) x[0] += HALVES;
        weights_line(x, line);
        FACET_UNROLLED_FOR(int c = 0; c < 3; c++) y[c][r] = line[c];
        y[3][r] = r == 0 ? x[2] + HALVES : x[2];
      }
      int16_t *to = v + 4 * o;
      FACET_UNROLLED_FOR(int c = 0; c < 4; c++, to += 4 * 32) {
        uint64_t z[3];
        weights_line(y[c], z);
        FACET_UNROLLED_FOR(int r = 0; r < 3; r++) store_weights(z[r], to + 32 * r);
        store_weights(y[c][2] + HALVES, to + 32 * 3);
      }
    }
}

/// A^T times a line of sums.
FACET_INLINE void result_line(const uint32_t m[4], uint32_t y[2]) {
  y[0] = 2 * m[0] + m[1] + m[2];
  y[1] = m[1] - m[2] - 2 * m[3];
}

/// A^T s A for 8 channels, columns first, then requantization.
static void results(const facet_winograd_channels *k, int32_t half, const int32_t *sums, const facet_winograd_tile *t, int32_t with_residual) {
  (void)half;
  const requantization q = requantization_of(k);
  for (int32_t o = 0; o < 8; o++) {
    uint32_t between[4][2];
    FACET_UNROLLED_FOR(int c = 0; c < 4; c++) {
      uint32_t m[4];
      FACET_UNROLLED_FOR(int r = 0; r < 4; r++) m[r] = (uint32_t)sums[(4 * c + r) * SUMS + o];
      result_line(m, between[c]);
    }
    FACET_UNROLLED_FOR(int r = 0; r < 2; r++) {
      uint32_t m[4], y[2];
      FACET_UNROLLED_FOR(int c = 0; c < 4; c++) m[c] = between[c][r];
      result_line(m, y);
      FACET_UNROLLED_FOR(int c = 0; c < 2; c++)
      store_one(&q, (int32_t)y[c] >> 1, k->multiplier[0][o], t->output[2 * r + c] + k->channel + o, t->residual[2 * r + c] + k->channel + o,
                with_residual);
    }
  }
}

/// Convolution, int8, by Winograd's F(2x2, 3x3): two pairs of tiles of 2x2 outputs by 8 channels.
void facet_conv_s8_winograd2_rv64(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  static const facet_winograd kind = {2, facet_winograd_products, inputs, weights, results};
  facet_conv_s8_winograd(arguments, &kind, p0, p1, b0, b1);
}
#endif
