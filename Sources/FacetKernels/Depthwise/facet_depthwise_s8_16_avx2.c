#if defined(__x86_64__)
#include "facet_depthwise_taps.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "facet_results_s8_avx2.h"

/// Pixels of a row whose sums are kept until they become results together: an even number.
enum { KEPT = 16 };

/// 16 channels. Interleaving words lane by lane leaves channels 0-3, 8-11 in the first vector and the others in the second; the
/// packs at the end undo it.
typedef struct {
  facet_results results;
  __m256i weights[FACET_DEPTHWISE_TAPS / 2][2], initial[4];
  ptrdiff_t outputs[KEPT], residuals[KEPT];
} channel_constants;

FACET_INLINE __m256i widen(const void *p, const int is_unsigned) {
  const __m128i bytes = _mm_loadu_si128(p);
  return is_unsigned ? _mm256_cvtepu8_epi16(bytes) : _mm256_cvtepi8_epi16(bytes);
}

/// `count` bytes, then zeros.
FACET_INLINE __m256i widen_some(const void *p, int32_t count, const int is_unsigned) {
  uint8_t bytes[16] = {0};
  memcpy(bytes, p, (size_t)count);
  return widen(bytes, is_unsigned);
}

static void prepare(const facet_conv *c, const facet_depthwise_taps *t, int32_t first, channel_constants *k) {
  const int32_t count = c->groups - first < 16 ? c->groups - first : 16;
  facet_results_fours_avx2(&k->results, first, count, k->initial);
  for (int32_t i = 0; i < t->pairs; i++) {
    const int8_t *w = (const int8_t *)c->weights + 2 * (ptrdiff_t)i * c->groups + first;
    const __m256i w0 = widen_some(w, count, 0), w1 = 2 * i + 1 < t->count ? widen_some(w + c->groups, count, 0) : _mm256_setzero_si256();
    k->weights[i][0] = _mm256_unpacklo_epi16(w0, w1);
    k->weights[i][1] = _mm256_unpackhi_epi16(w0, w1);
  }
}

/// The sums of N pixels side by side.
FACET_INLINE void sums_of(const facet_depthwise_taps *t, const channel_constants *k, const uint8_t *in, ptrdiff_t step, __m256i sums[][2],
                          const int N, const int is_unsigned) {
  __m256i acc[2][2];
  FACET_UNROLLED_FOR(int j = 0; j < N; j++) acc[j][0] = k->initial[0], acc[j][1] = k->initial[1];
  for (int32_t i = 0; i < t->pairs; i++) { // input may be read beyond the channels
    FACET_UNROLLED_FOR(int j = 0; j < N; j++) {
      const uint8_t *from = in + j * step;
      const __m256i x0 = widen(from + t->offset[2 * i], is_unsigned), x1 = widen(from + t->offset[2 * i + 1], is_unsigned);
      acc[j][0] = _mm256_add_epi32(acc[j][0], _mm256_madd_epi16(_mm256_unpacklo_epi16(x0, x1), k->weights[i][0]));
      acc[j][1] = _mm256_add_epi32(acc[j][1], _mm256_madd_epi16(_mm256_unpackhi_epi16(x0, x1), k->weights[i][1]));
    }
  }
  FACET_UNROLLED_FOR(int j = 0; j < N; j++) sums[j][0] = acc[j][0], sums[j][1] = acc[j][1];
}

FACET_INLINE void rows(const facet_conv *c, const facet_depthwise_taps *t, const channel_constants *k, int32_t first, int32_t y0, int32_t y1,
                       const int is_unsigned) {
  const ptrdiff_t step = c->input_pixel * c->stride_x;
  __m256i sums[KEPT][2];
  for (int32_t y = y0; y < y1; y++) {
    const uint8_t *in = (const uint8_t *)c->input + y * (c->input_row * c->stride_y) + first;
    uint8_t *output = (uint8_t *)c->output + y * c->output_row + first;
    const uint8_t *residual = c->residual ? (const uint8_t *)c->residual + y * c->residual_row + first : NULL;
    for (int32_t left = c->out_width; left > 0; left -= KEPT) {
      const int32_t count = left < KEPT ? left : KEPT;
      int32_t i = 0;
      for (; i + 2 <= count; i += 2, in += 2 * step) sums_of(t, k, in, step, sums + i, 2, is_unsigned);
      if (i < count) sums_of(t, k, in, step, sums + i, 1, is_unsigned);
      facet_results_store_avx2(&k->results, sums, count, output, k->outputs, residual, k->residuals);
      output += count * c->output_pixel;
      if (residual) residual += count * c->residual_pixel;
    }
  }
}

/// Depthwise convolution, int8: 16 channels, pairs of taps by vpmaddwd on 16-bit numbers, exact for both ways of storing.
void facet_depthwise_s8_16_avx2(const void *arguments, int32_t y0, int32_t y1) {
  const facet_depthwise *d = arguments;
  const facet_conv *c = &d->c;
  facet_depthwise_taps t;
  facet_depthwise_list(c, &t);
  channel_constants k;
  facet_results_prepare_avx2(&k.results, c, FACET_BY_FOURS_16);
  for (int32_t i = 0; i < KEPT; i++) k.outputs[i] = i * c->output_pixel, k.residuals[i] = i * c->residual_pixel;
  for (int32_t first = 0; first < c->groups; first += 16) {
    prepare(c, &t, first, &k);
    if (c->stored_unsigned)
      rows(c, &t, &k, first, y0, y1, 1);
    else
      rows(c, &t, &k, first, y0, y1, 0);
  }
}
#pragma clang attribute pop
#endif
