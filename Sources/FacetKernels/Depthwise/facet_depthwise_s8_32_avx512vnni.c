#if defined(__x86_64__)
#include "facet_depthwise_taps.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))), apply_to = function)
#include "facet_results_s8_avx512.h"

/// 32 channels. Interleaving words lane by lane leaves channels 0-3, 8-11, 16-19, 24-27 in the first vector and the others in the
/// second; the pack at the end undoes it.
typedef struct {
  facet_results results;
  __m512i weights[FACET_DEPTHWISE_TAPS / 2][2];
} channel_constants;

FACET_INLINE __m512i widen(const uint8_t *p, __mmask32 mask, const int is_unsigned) {
  const __m256i bytes = _mm256_maskz_loadu_epi8(mask, p);
  return is_unsigned ? _mm512_cvtepu8_epi16(bytes) : _mm512_cvtepi8_epi16(bytes);
}

static void prepare(const facet_conv *c, const facet_depthwise_taps *t, int32_t first, channel_constants *k) {
  facet_results_prepare_avx512(&k->results, c, first, c->groups - first < 32 ? c->groups - first : 32, 1);
  const __mmask32 mask = k->results.mask;
  for (int32_t i = 0; i < t->pairs; i++) {
    const uint8_t *w = (const uint8_t *)c->weights + 2 * (ptrdiff_t)i * c->groups + first;
    const __m512i w0 = widen(w, mask, 0), w1 = 2 * i + 1 < t->count ? widen(w + c->groups, mask, 0) : _mm512_setzero_si512();
    k->weights[i][0] = _mm512_unpacklo_epi16(w0, w1);
    k->weights[i][1] = _mm512_unpackhi_epi16(w0, w1);
  }
}

/// The sums of N pixels side by side, of two where the second is what is there.
FACET_INLINE void accumulate(const facet_depthwise_taps *t, const channel_constants *k, const uint8_t *in, ptrdiff_t step, __m512i acc[2][2],
                             const int N, const int is_unsigned) {
  const __mmask32 all = 0xFFFFFFFFu; // input may be read beyond the channels
  FACET_ROLLED_FOR(int32_t i = 0; i < t->pairs; i++) {
    FACET_UNROLLED_FOR(int j = 0; j < N; j++) {
      const uint8_t *from = in + j * step;
      const __m512i x0 = widen(from + t->offset[2 * i], all, is_unsigned), x1 = widen(from + t->offset[2 * i + 1], all, is_unsigned);
      acc[j][0] = _mm512_dpwssd_epi32(acc[j][0], _mm512_unpacklo_epi16(x0, x1), k->weights[i][0]);
      acc[j][1] = _mm512_dpwssd_epi32(acc[j][1], _mm512_unpackhi_epi16(x0, x1), k->weights[i][1]);
    }
  }
}

FACET_INLINE void rows(const facet_conv *c, const facet_depthwise_taps *t, const channel_constants *k, int32_t first, int32_t y0, int32_t y1,
                       const int is_unsigned) {
  const facet_results *r = &k->results;
  const ptrdiff_t step = c->input_pixel * c->stride_x;
  for (int32_t y = y0; y < y1; y++) {
    const uint8_t *in = (const uint8_t *)c->input + y * (c->input_row * c->stride_y) + first;
    uint8_t *output = (uint8_t *)c->output + y * c->output_row + first;
    const uint8_t *residual = c->residual ? (const uint8_t *)c->residual + y * c->residual_row + first : NULL;
    for (int32_t left = c->out_width; left > 0; left -= 2) {
      __m512i acc[2][2] = {{r->initial[0], r->initial[1]}, {r->initial[0], r->initial[1]}};
      if (left > 1)
        accumulate(t, k, in, step, acc, 2, is_unsigned);
      else
        accumulate(t, k, in, step, acc, 1, is_unsigned);
      facet_results_store_two(r, acc, output, residual, left > 1, is_unsigned, 0);
      in += 2 * step;
      output += 2 * c->output_pixel;
      if (residual) residual += 2 * c->residual_pixel;
    }
  }
}

/// Depthwise convolution, int8: 32 channels, pairs of taps by vpdpwssd on 16-bit numbers, exact for both ways of storing.
void facet_depthwise_s8_32_avx512vnni(const void *arguments, int32_t y0, int32_t y1) {
  const facet_depthwise *d = arguments;
  const facet_conv *c = &d->c;
  facet_depthwise_taps t;
  facet_depthwise_list(c, &t);
  channel_constants k;
  for (int32_t first = 0; first < c->groups; first += 32) {
    prepare(c, &t, first, &k);
    if (c->stored_unsigned)
      rows(c, &t, &k, first, y0, y1, 1);
    else
      rows(c, &t, &k, first, y0, y1, 0);
  }
}
#pragma clang attribute pop
#endif
