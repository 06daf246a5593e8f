/// What Winograd's convolutions share on 64-bit RISC-V without vectors. Several numbers stand in one 64-bit integer, the sum of each times a power of
/// 2^32 or 2^16: what is linear is computed of all at once, also of negative ones.
#ifndef FACET_CONV_WINOGRAD_RV64_H
#define FACET_CONV_WINOGRAD_RV64_H
#include "facet_conv_winograd.h"
#include "facet_store_function_rv64.h"

/// Numbers of one position of the sums.
enum { SUMS = FACET_WINOGRAD_GROUP * FACET_WINOGRAD_CHANNELS };
/// 2^15 in each of four numbers: added, it makes all of them positive, so that none borrows from the next.
#define HALVES 0x8000800080008000u

/// Four weights of one output channel.
FACET_INLINE uint64_t four_weights(const int8_t *w) {
  return (uint64_t)w[0] + ((uint64_t)w[1] << 16) + ((uint64_t)w[2] << 32) + ((uint64_t)w[3] << 48);
}

/// Stores four numbers to which HALVES has been added.
FACET_INLINE void store_weights(uint64_t biased, int16_t *v) {
  const uint64_t plain = biased ^ HALVES;
  memcpy(__builtin_assume_aligned(v, 8), &plain, 8);
}

/// A line of N bytes of two tiles, `at` bytes from where the pointers lead.
FACET_INLINE void load_line(const int8_t *const first[], const int8_t *const second[], ptrdiff_t at, uint64_t x[], const int N) {
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) x[i] = (uint64_t)first[i][at] + ((uint64_t)second[i][at] << 32);
}

/// B^T times a line, to numbers `step` apart; `negated`: what comes of points 1 and -1, where that matters.
typedef void input_line_function(const uint64_t x[], uint64_t u[], ptrdiff_t step, int negated);
/// A line of three weights times G, HALVES or nothing in w[0], but for the last position, which is w[2].
typedef void weights_line_function(const uint64_t w[3], uint64_t y[]);

/// Inputs that are transformed together.
enum { TOGETHER = 8 };

/// B^T x B of two tiles of N x N inputs, columns, then rows.
FACET_INLINE void inputs_by(input_line_function *line, const facet_winograd_window *w, int32_t inputs, uint64_t *u, const int N) {
  for (int32_t i = 0; i < inputs; i += TOGETHER) {
    uint64_t between[TOGETHER][6 * 6];
    FACET_ROLLED_FOR(int c = 0; c < N; c++) {
      const int8_t *first[6], *second[6];
      FACET_UNROLLED_FOR(int r = 0; r < N; r++) first[r] = w[0].rows[r] + w[0].columns[c] + i, second[r] = w[1].rows[r] + w[1].columns[c] + i;
      FACET_ROLLED_FOR(int j = 0; j < TOGETHER; j++) {
        uint64_t x[6];
        load_line(first, second, j, x, N);
        line(x, between[j] + N * c, 1, 1);
      }
    }
    FACET_ROLLED_FOR(int j = 0; j < TOGETHER; j++) {
      uint64_t *to = u + (i + j) / 4 * (N * N * 8) + j % 4 * 2;
      FACET_ROLLED_FOR(int r = 0; r < N; r++, to += 8) {
        uint64_t x[6];
        FACET_UNROLLED_FOR(int c = 0; c < N; c++) x[c] = between[j][N * c + r];
        line(x, to, N * 8, 0);
      }
    }
  }
}

/// G w G^T of 4 inputs at a time: rows of taps, then columns, to N x N positions.
FACET_INLINE void weights_by(weights_line_function *line, const int8_t *w, int32_t inputs, int16_t *v, const int N) {
  const ptrdiff_t tap = 32 * (ptrdiff_t)inputs;
  for (int32_t i = 0; i < inputs; i += 4, w += 128, v += N * N * 32)
    FACET_ROLLED_FOR(int o = 0; o < 8; o++) {
      uint64_t y[6][3];
      FACET_UNROLLED_FOR(int r = 0; r < 3; r++) {
        uint64_t x[3], z[5];
        FACET_UNROLLED_FOR(int c = 0; c < 3; c++) x[c] = four_weights(w + 4 * o + (3 * r + c) * tap);
        if (r == 0) x[0] += HALVES;
        line(x, z);
        FACET_UNROLLED_FOR(int c = 0; c < N - 1; c++) y[c][r] = z[c];
        y[N - 1][r] = r == 0 ? x[2] + HALVES : x[2];
      }
      int16_t *to = v + 4 * o;
      FACET_UNROLLED_FOR(int c = 0; c < N; c++, to += N * 32) {
        uint64_t z[5];
        line(y[c], z);
        FACET_UNROLLED_FOR(int r = 0; r < N - 1; r++) store_weights(z[r], to + 32 * r);
        store_weights(y[c][2] + HALVES, to + 32 * (N - 1));
      }
    }
}

/// What requantization needs beside the multipliers.
typedef struct {
  float low, high, residual_multiplier;
  int32_t zero, residual_zero;
} requantization;

FACET_INLINE requantization requantization_of(const facet_winograd_channels *k) {
  const requantization q = {(float)(k->low - k->zero), (float)(k->high - k->zero), k->residual_multiplier, k->zero, k->residual_zero};
  return q;
}

/// One result, `y` twice too large, with half the multiplier.
FACET_INLINE void store_one(const requantization *q, int32_t y, float multiplier, int8_t *output, const int8_t *residual, const int with_residual) {
  float p = (float)y * multiplier;
  if (with_residual) p += (float)(*residual - q->residual_zero) * q->residual_multiplier;
  *output = (int8_t)facet_requantize_rv64(p, q->low, q->high, q->zero);
}

/// The results of a function from sums of `pixels` pixels of a tile by FACET_WINOGRAD_CHANNELS channels.
FACET_INLINE void store_function(const facet_winograd_channels *k, const int32_t *sums, const facet_winograd_tile *t, const int pixels) {
  const facet_sums_riscv s = {.sums = sums,
                              .step = FACET_WINOGRAD_CHANNELS,
                              .output = (uintptr_t)k->channel,
                              .residual = (uintptr_t)k->channel,
                              .outputs = t->output,
                              .residuals = t->residual,
                              .first = k->first,
                              .count = FACET_WINOGRAD_CHANNELS,
                              .pixels = pixels};
  facet_store_function_rv64(k->conv, &s);
}

#endif
