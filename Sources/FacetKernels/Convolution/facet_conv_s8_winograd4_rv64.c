#if defined(__riscv) && __riscv_xlen == 64
#include "facet_conv_winograd_rv64.h"

/// B^T times a line; `negated`: what comes of points 1 and -1.
FACET_INLINE void input_line(const uint64_t x[6], uint64_t u[6], ptrdiff_t step, int negated) {
  const uint64_t d20 = x[0] - x[2], d42 = x[4] - x[2], d13 = x[1] - x[3], d53 = x[5] - x[3];
  const uint64_t p = (x[2] << 2) - x[4], q = (x[1] << 2) - x[3], twice = d13 << 1;
  u[0] = d42 + (d20 << 2);
  u[step] = negated ? p + q : 0 - p - q;
  u[2 * step] = negated ? p - q : q - p;
  u[3 * step] = d42 - twice;
  u[4 * step] = d42 + twice;
  u[5 * step] = d53 + (d13 << 2);
}

static void inputs(const facet_winograd_window *w, int32_t count, void *u) { inputs_by(input_line, w, count, u, 6); }

/// A line of three weights times G, HALVES or nothing in w[0]; the last position is w[2].
FACET_INLINE void weights_line(const uint64_t w[3], uint64_t y[5]) {
  const uint64_t t = w[0] + w[2], f = w[0] + (w[2] << 2), g = w[1] << 1;
  y[0] = w[0];
  y[1] = t + w[1];
  y[2] = t - w[1];
  y[3] = f + g;
  y[4] = f - g;
}

static void weights(const int8_t *w, int32_t inputs, int16_t *v) { weights_by(weights_line, w, inputs, v, 6); }

/// A^T times a line of sums.
FACET_INLINE void result_line(const uint32_t m[6], uint32_t y[4], const int negated) {
  const uint32_t s = negated ? 0 - m[1] - m[2] : m[1] + m[2], d = negated ? m[2] - m[1] : m[1] - m[2], s2 = m[3] + m[4], d2 = m[3] - m[4];
  y[0] = 6 * m[0] - 4 * s + s2;
  y[1] = d2 - 2 * d;
  y[2] = s2 - s;
  y[3] = 2 * d2 - d + 6 * m[5];
}

/// A^T s A for 8 channels, columns first, then requantization; with `only_sums` the sums instead, of FACET_WINOGRAD_CHANNELS channels for each pixel.
FACET_INLINE void results_of(const facet_winograd_channels *k, const int32_t *sums, const facet_winograd_tile *t, const int with_residual,
                             int32_t *only_sums) {
  const requantization q = requantization_of(k);
  const uint32_t inverse = 0x38E38E39u; // of 9
  static const uint8_t shifts[4] = {3, 2, 1, 1};
  for (int32_t o = 0; o < 8; o++) {
    uint32_t between[6][4];
    FACET_ROLLED_FOR(int c = 0; c < 6; c++) {
      uint32_t m[6];
      FACET_UNROLLED_FOR(int r = 0; r < 6; r++) m[r] = (uint32_t)sums[(6 * c + r) * SUMS + o];
      result_line(m, between[c], 1);
    }
    const float multiplier = k->multiplier[3][o];
    const ptrdiff_t channel = k->channel + o;
    FACET_ROLLED_FOR(int r = 0; r < 4; r++) {
      uint32_t m[6], y[4];
      FACET_UNROLLED_FOR(int c = 0; c < 6; c++) m[c] = between[c][r];
      result_line(m, y, 0);
      FACET_UNROLLED_FOR(int c = 0; c < 4; c++)
        if (only_sums)
          only_sums[(4 * r + c) * FACET_WINOGRAD_CHANNELS + o] = (int32_t)(y[c] * inverse) >> (shifts[r] + shifts[c]);
        else
          store_one(&q, (int32_t)(y[c] * inverse) >> (shifts[r] + shifts[c] - 1), multiplier, t->output[4 * r + c] + channel,
                    t->residual[4 * r + c] + channel, with_residual);
    }
  }
}

static void results(const facet_winograd_channels *k, int32_t half, const int32_t *sums, const facet_winograd_tile *t, int32_t with_residual) {
  (void)half;
  if (with_residual)
    results_of(k, sums, t, 1, NULL);
  else
    results_of(k, sums, t, 0, NULL);
}

static void function_results(const facet_winograd_channels *k, int32_t half, const int32_t *sums, const facet_winograd_tile *t,
                             int32_t with_residual) {
  (void)half;
  (void)with_residual;
  int32_t of_pixels[16 * FACET_WINOGRAD_CHANNELS];
  results_of(k, sums, t, 0, of_pixels);
  store_function(k, of_pixels, t, 16);
}

/// Convolution, int8, by Winograd's F(4x4, 3x3): two pairs of tiles of 4x4 outputs by 8 channels.
void facet_conv_s8_winograd4_rv64(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  static const facet_winograd kinds[2] = {
      {.outputs = 4, .products = facet_winograd_products, .inputs = inputs, .weights = weights, .results = results},
      {.outputs = 4, .products = facet_winograd_products, .inputs = inputs, .weights = weights, .results = function_results}};
  facet_function_rv64 room;
  const facet_conv *c = facet_with_function_rv64(arguments, &room);
  facet_conv_s8_winograd(c, &kinds[c->function != FACET_RESULT_PLAIN], p0, p1, b0, b1);
}
#endif
