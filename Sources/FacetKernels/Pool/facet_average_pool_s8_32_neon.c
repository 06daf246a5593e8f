#define FACET_SMALL_ON_ARM_ONLY
#include "facet_small.h"
#if defined(__aarch64__) || defined(__arm__)
#include "facet_pool_window.h"
#include "../facet_results_neon.h"

/// Bytes that fit a sum of 16 bits.
enum { TAPS_16 = 256 };

/// What results pass through.
typedef struct {
  facet_bounds bounds;
  float32x4_t multiplier, scores_multiplier;
} constants;

/// Sixteen float32 scores, of which `count` exist.
static __attribute__((noinline)) void store_scores(float *to, const facet_sums *sums, float32x4_t multiplier, int32_t count) {
  const facet_floats f = facet_scaled(*sums, (facet_floats){{multiplier, multiplier, multiplier, multiplier}});
  if (count == 16)
    for (int i = 0; i < 4; i++) vst1q_f32(to + 4 * i, f.v[i]);
  else
    memcpy(to, &f, (size_t)count * sizeof *to);
}

/// V times 16 channels of a window, of which `count` exist of the last.
FACET_INLINE void mean(const facet_pool *a, const constants *k, const int8_t *first_tap, int32_t rows, int32_t columns, int8_t *output, float *scores,
                       int32_t count, const int V) {
  const ptrdiff_t tap_row = a->input_row * a->dilation_y, tap_pixel = a->input_pixel * a->dilation_x;
  const int32x4_t start = vdupq_n_s32((int32_t)(0u - (uint32_t)rows * (uint32_t)columns * (uint32_t)a->input_zero));
  const int16x8_t none = vdupq_n_s16(0);
  facet_sums sums[2];
  int16x8_t low[2], high[2];
  FACET_UNROLLED_FOR(int v = 0; v < V; v++) sums[v] = (facet_sums){{start, start, start, start}}, low[v] = high[v] = none;
  int32_t taps = 0;
  for (; rows > 0; rows--, first_tap += tap_row) {
    const int8_t *in = first_tap;
    if (taps + columns > TAPS_16) {
      FACET_UNROLLED_FOR(int v = 0; v < V; v++) facet_add_words(&sums[v], low[v], high[v]), low[v] = high[v] = none;
      taps = 0;
    }
    taps += columns;
    FACET_ROLLED_FOR(int32_t kx = columns; kx > 0; kx--, in += tap_pixel) // input may be read beyond the channels
      FACET_UNROLLED_FOR(int v = 0; v < V; v++) {
        const int8x16_t x = vld1q_s8(in + 16 * v);
        low[v] = vaddw_s8(low[v], vget_low_s8(x));
        high[v] = vaddw_s8(high[v], vget_high_s8(x));
      }
  }
  const float32x4_t m = k->multiplier;
  FACET_UNROLLED_FOR(int v = 0; v < V; v++) {
    facet_add_words(&sums[v], low[v], high[v]);
    if (scores) store_scores(scores + 16 * v, &sums[v], k->scores_multiplier, v < V - 1 ? 16 : count);
    if (output)
      facet_store_bytes(output + 16 * v, facet_results(k->bounds, facet_scaled(sums[v], (facet_floats){{m, m, m, m}})), v < V - 1 ? 16 : count);
  }
}

/// Average pooling, int8, stored signed: 32 channels at a time, then 16; summed in 16 bits as long as they fit; scores beside or instead
/// of results. Windows of at most 256 columns.
void facet_average_pool_s8_32_neon(const void *arguments, int32_t y0, int32_t y1) {
  const facet_pool *a = arguments;
  constants k = {.bounds = facet_bounds_of(a->zero, a->low, a->high)};
  for (int32_t y = y0; y < y1; y++) {
    const facet_window rows = facet_pool_rows(a, y);
    for (int32_t x = 0; x < a->out_width; x++) {
      const facet_window columns = facet_pool_columns(a, x);
      const int8_t *first_tap = facet_pool_pixel(a, rows, rows.begin, columns, columns.begin);
      const int32_t index = facet_pool_index(a, rows, columns);
      int8_t *output = NULL;
      float *scores = NULL;
      if (a->output) {
        output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
        k.multiplier = vdupq_n_f32(a->multiplier[index]);
      }
      if (a->scores) {
        scores = facet_at_mutable(a->scores, y * a->scores_row + x * a->scores_pixel);
        k.scores_multiplier = vdupq_n_f32(a->scores_multiplier[index]);
      }
      for (int32_t c = 0, step; c < a->channels; c += step) {
        int8_t *to = output ? output + c : NULL;
        float *score = scores ? scores + c : NULL;
        const int32_t left = a->channels - c;
        step = left >= 32 ? 32 : 16;
        if (step == 32)
          mean(a, &k, first_tap + c, rows.end - rows.begin, columns.end - columns.begin, to, score, 16, 2);
        else
          mean(a, &k, first_tap + c, rows.end - rows.begin, columns.end - columns.begin, to, score, left < 16 ? left : 16, 1);
      }
    }
  }
}
#endif
#include "facet_small_end.h"
