#if defined(__x86_64__)
#include "facet_depthwise_taps.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx512vbmi"))), apply_to = function)
#include "facet_depthwise_avx512vbmi.h"

/// Taps in fours: four vectors of 32 channels become, channel by channel, dwords of four taps, which vpdpbusd takes.
enum { FOURS = (FACET_DEPTHWISE_TAPS + 3) / 4 };

/// The sums of N pixels side by side, of two where the second is what is there.
FACET_INLINE void accumulate(const ptrdiff_t *offsets, const __m512i (*weights)[2], int32_t fours, const uint8_t *in, ptrdiff_t step,
                             __m512i acc[2][2], const int N) {
  FACET_ROLLED_FOR(int32_t i = 0; i < fours; i++, offsets += 4) {
    FACET_UNROLLED_FOR(int j = 0; j < N; j++) {
      const uint8_t *from = in + j * step;
      const facet_interleaved x = facet_interleave(from + offsets[0], from + offsets[1], from + offsets[2], from + offsets[3]);
      acc[j][0] = _mm512_dpbusd_epi32(acc[j][0], x.half[0], weights[i][0]);
      acc[j][1] = _mm512_dpbusd_epi32(acc[j][1], x.half[1], weights[i][1]);
    }
  }
}

FACET_INLINE void rows_of(const facet_results *k, const ptrdiff_t *offsets, const __m512i (*weights)[2], int32_t first, int32_t y0, int32_t y1,
                          const int32_t fours) {
  const facet_conv *c = k->c;
  const ptrdiff_t step = c->input_pixel * c->stride_x;
  for (int32_t y = y0; y < y1; y++) {
    const uint8_t *in = (const uint8_t *)c->input + y * (c->input_row * c->stride_y) + first;
    uint8_t *output = (uint8_t *)c->output + y * c->output_row + first;
    const uint8_t *residual = c->residual ? (const uint8_t *)c->residual + y * c->residual_row + first : NULL;
    for (int32_t left = c->out_width; left > 0; left -= 2) {
      __m512i acc[2][2] = {{k->initial[0], k->initial[1]}, {k->initial[0], k->initial[1]}};
      if (left > 1)
        accumulate(offsets, weights, fours, in, step, acc, 2);
      else
        accumulate(offsets, weights, fours, in, step, acc, 1);
      facet_results_store_two(k, acc, output, residual, left > 1, 1, 0);
      in += 2 * step;
      output += 2 * c->output_pixel;
      if (residual) residual += 2 * c->residual_pixel;
    }
  }
}

/// Where the taps lie, in fours; those behind the last have no weight.
typedef struct {
  ptrdiff_t offset[4 * FOURS];
  int32_t count, fours;
} window;

/// A block of channels in a band of rows.
static void band(const facet_conv *c, const window *t, int32_t first, int32_t y0, int32_t y1) {
  facet_results k;
  facet_results_prepare_avx512(&k, c, first, c->groups - first < 32 ? c->groups - first : 32, 1);
  __m512i weights[FOURS][2];
  for (int32_t i = 0; i < t->fours; i++) {
    __m256i w[4];
    for (int32_t j = 0; j < 4; j++) w[j] = facet_depthwise_weights(&k, first, 4 * i + j < t->count ? 4 * i + j : -1);
    const facet_interleaved v = facet_interleave_4(w[0], w[1], w[2], w[3]);
    weights[i][0] = v.half[0], weights[i][1] = v.half[1];
  }
  rows_of(&k, t->offset, weights, first, y0, y1, t->fours);
}

/// Depthwise convolution, int8, activations stored unsigned: 32 channels by two pixels, any window of up to 64 taps.
void facet_depthwise_u8s8_32_avx512vbmi(const void *arguments, int32_t y0, int32_t y1) {
  const facet_depthwise *d = arguments;
  const facet_conv *c = &d->c;
  facet_depthwise_taps taps;
  facet_depthwise_list(c, &taps);
  window t = {.count = taps.count, .fours = (taps.count + 3) / 4};
  for (int32_t i = 0; i < 4 * t.fours; i++) t.offset[i] = taps.offset[i < taps.count ? i : 0];
  const int32_t rows = facet_depthwise_band(c);
  for (int32_t y = y0; y < y1; y += rows)
    for (int32_t first = 0; first < c->groups; first += 32) band(c, &t, first, y, y1 - y < rows ? y1 : y + rows);
}
#pragma clang attribute pop
#endif
