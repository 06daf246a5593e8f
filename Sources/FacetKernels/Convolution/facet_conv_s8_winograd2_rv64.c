#if defined(__riscv) && __riscv_xlen == 64
#include "facet_conv_winograd_rv64.h"

/// B^T times a line.
FACET_INLINE void input_line(const uint64_t x[4], uint64_t u[4], ptrdiff_t step, int negated) {
  (void)negated;
  u[0] = x[0] - x[2];
  u[step] = x[1] + x[2];
  u[2 * step] = x[2] - x[1];
  u[3 * step] = x[1] - x[3];
}

static void inputs(const facet_winograd_window *w, int32_t count, void *u) { inputs_by(input_line, w, count, u, 4); }

/// A line of three weights times G, HALVES or nothing in w[0]; the last position is w[2].
FACET_INLINE void weights_line(const uint64_t w[3], uint64_t y[3]) {
  const uint64_t t = w[0] + w[2];
  y[0] = w[0];
  y[1] = t + w[1];
  y[2] = t - w[1];
}

static void weights(const int8_t *w, int32_t inputs, int16_t *v) { weights_by(weights_line, w, inputs, v, 4); }

/// A^T times a line of sums.
FACET_INLINE void result_line(const uint32_t m[4], uint32_t y[2]) {
  y[0] = 2 * m[0] + m[1] + m[2];
  y[1] = m[1] - m[2] - 2 * m[3];
}

/// A^T s A for 8 channels, columns first, then requantization; with `only_sums` the sums instead, of FACET_WINOGRAD_CHANNELS channels for each pixel.
FACET_INLINE void results_of(const facet_winograd_channels *k, const int32_t *sums, const facet_winograd_tile *t, int32_t with_residual,
                             int32_t *only_sums) {
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
        if (only_sums)
          only_sums[(2 * r + c) * FACET_WINOGRAD_CHANNELS + o] = (int32_t)y[c] >> 2;
        else
          store_one(&q, (int32_t)y[c] >> 1, k->multiplier[0][o], t->output[2 * r + c] + k->channel + o, t->residual[2 * r + c] + k->channel + o,
                    with_residual);
    }
  }
}

static void results(const facet_winograd_channels *k, int32_t half, const int32_t *sums, const facet_winograd_tile *t, int32_t with_residual) {
  (void)half;
  results_of(k, sums, t, with_residual, NULL);
}

static void function_results(const facet_winograd_channels *k, int32_t half, const int32_t *sums, const facet_winograd_tile *t,
                             int32_t with_residual) {
  (void)half;
  int32_t of_pixels[4 * FACET_WINOGRAD_CHANNELS];
  results_of(k, sums, t, with_residual, of_pixels);
  store_function(k, of_pixels, t, 4);
}

/// Convolution, int8, by Winograd's F(2x2, 3x3): two pairs of tiles of 2x2 outputs by 8 channels.
void facet_conv_s8_winograd2_rv64(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  static const facet_winograd kinds[2] = {
      {.outputs = 2, .products = facet_winograd_products, .inputs = inputs, .weights = weights, .results = results},
      {.outputs = 2, .products = facet_winograd_products, .inputs = inputs, .weights = weights, .results = function_results}};
  facet_function_rv64 room;
  const facet_conv *c = facet_with_function_rv64(arguments, &room);
  facet_conv_s8_winograd(c, &kinds[c->function != FACET_RESULT_PLAIN], p0, p1, b0, b1);
}
#endif
