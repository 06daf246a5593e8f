#if defined(__x86_64__)
#include "facet_depthwise_taps.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx512vbmi"))), apply_to = function)
#include "facet_depthwise_avx512vbmi.h"

/// Taps in fours: four vectors of 32 channels become, channel by channel, dwords of four taps, which vpdpbusd takes.
enum { FOURS = (FACET_DEPTHWISE_TAPS + 3) / 4 };

FACET_INLINE void accumulate(const facet_depthwise_constants *k, const uint8_t *in, const ptrdiff_t *offset, const __m512i weights[2],
                             __m512i acc[2]) {
  const facet_interleaved x = facet_interleave(k, in + offset[0], in + offset[1], in + offset[2], in + offset[3]);
  acc[0] = _mm512_dpbusd_epi32(acc[0], x.half[0], weights[0]);
  acc[1] = _mm512_dpbusd_epi32(acc[1], x.half[1], weights[1]);
}

FACET_INLINE void rows_of(const facet_conv *c, const facet_depthwise_constants *k, const ptrdiff_t *offsets, const __m512i (*weights)[2],
                          int32_t first, int32_t y0, int32_t y1, const int32_t fours) {
  const ptrdiff_t step = c->input_pixel * c->stride_x;
  for (int32_t y = y0; y < y1; y++) {
    const uint8_t *in = (const uint8_t *)c->input + y * (c->input_row * c->stride_y) + first;
    uint8_t *output = (uint8_t *)c->output + y * c->output_row + first;
    const uint8_t *residual = c->residual ? (const uint8_t *)c->residual + y * c->residual_row + first : NULL;
    for (int32_t x = 0; x < c->out_width; x += 2) {
      const int32_t both = x + 1 < c->out_width; // otherwise the last pixel stands twice
      const ptrdiff_t next = both ? step : 0;
      __m512i acc[2][2] = {{k->initial[0], k->initial[1]}, {k->initial[0], k->initial[1]}};
      FACET_ROLLED_FOR(int32_t i = 0; i < fours; i++) {
        accumulate(k, in, offsets + 4 * i, weights[i], acc[0]);
        accumulate(k, in + next, offsets + 4 * i, weights[i], acc[1]);
      }
      facet_depthwise_store(k, acc[0], acc[1], output, output + c->output_pixel, both, residual, residual ? residual + c->residual_pixel : NULL);
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
  const facet_depthwise_constants k = facet_depthwise_prepare(c, first);
  __m512i weights[FOURS][2];
  for (int32_t i = 0; i < t->fours; i++) {
    __m256i w[4];
    for (int32_t j = 0; j < 4; j++) w[j] = facet_depthwise_weights(c, &k, first, 4 * i + j < t->count ? 4 * i + j : -1);
    const facet_interleaved v = facet_interleave_4(&k, w[0], w[1], w[2], w[3]);
    weights[i][0] = v.half[0], weights[i][1] = v.half[1];
  }
  rows_of(c, &k, t->offset, weights, first, y0, y1, t->fours);
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
