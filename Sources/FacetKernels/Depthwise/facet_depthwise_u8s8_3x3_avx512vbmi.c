#if defined(__x86_64__)
#include "facet_depthwise_taps.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx512vbmi"))), apply_to = function)
#include "facet_depthwise_avx512vbmi.h"

/// A column of the input: four rows of 32 channels, the rows side by side in a dword. At stride 1 two output rows read it, the second one
/// with weights moved on by a row; at stride 2 one does, and the fourth row counts nothing.
typedef facet_interleaved column;

typedef struct {
  column tap[2][3]; ///< by output row, by place in the window
} weights;

FACET_INLINE weights prepare_weights(const facet_results *k, int32_t first) {
  weights w;
  FACET_UNROLLED_FOR(int32_t kx = 0; kx < 3; kx++) {
    __m256i t[3];
    FACET_UNROLLED_FOR(int32_t ky = 0; ky < 3; ky++) t[ky] = facet_depthwise_weights(k, first, 3 * ky + kx);
    w.tap[0][kx] = facet_interleave_4(t[0], t[1], t[2], _mm256_setzero_si256());
    w.tap[1][kx] = facet_interleave_4(_mm256_setzero_si256(), t[0], t[1], t[2]);
  }
  return w;
}

/// The column `at` bytes from four rows.
FACET_INLINE column load(const uint8_t *const row[4], ptrdiff_t at) { return facet_interleave(row[0] + at, row[1] + at, row[2] + at, row[3] + at); }

FACET_INLINE void add(__m512i acc[2], column x, column w) {
  acc[0] = _mm512_dpbusd_epi32(acc[0], x.half[0], w.half[0]);
  acc[1] = _mm512_dpbusd_epi32(acc[1], x.half[1], w.half[1]);
}

/// `rows` output rows from `y` on, two pixels at a time: the columns that the next two share stay in registers. Of its four input rows the last one
/// may not exist, where no output row reads it. `simple`: what is not, at any stride.
FACET_INLINE void strip(const facet_results *all, const weights *w, const uint8_t *input, int32_t first, int32_t y, int32_t stride, int32_t rows,
                        const int simple) {
  const facet_results copy = *all, *k = simple ? &copy : all; // a copy stays in registers
  const facet_conv *c = k->c;
  const ptrdiff_t pixel = c->input_pixel, row_bytes = c->input_row;
  const uint8_t *row[4] = {input, input + row_bytes, input + 2 * row_bytes, input + (rows == 2 ? 3 : 2) * row_bytes};
  uint8_t *output = (uint8_t *)c->output + y * c->output_row + first;
  const uint8_t *residual = c->residual ? (const uint8_t *)c->residual + y * c->residual_row + first : NULL;
  column v[3] = {load(row, 0), load(row, pixel)}, next[3];
  for (int32_t x = 0; x < c->out_width; x += 2) {
    const int32_t both = x + 1 < c->out_width; // otherwise the last pixel stands twice
    const ptrdiff_t third = both ? 3 * pixel : 2 * pixel;
    v[2] = load(row, 2 * pixel);
    if (stride == 1)
      next[0] = v[1], next[1] = v[2], next[2] = load(row, third);
    else
      next[0] = v[2], next[1] = load(row, third), next[2] = load(row, both ? 4 * pixel : third);
    for (int32_t r = 0; r < rows; r++) {
      __m512i acc[2][2] = {{k->initial[0], k->initial[1]}, {k->initial[0], k->initial[1]}};
      FACET_UNROLLED_FOR(int kx = 0; kx < 3; kx++) {
        add(acc[0], v[kx], w->tap[r][kx]);
        add(acc[1], next[kx], w->tap[r][kx]);
      }
      facet_results_store_two(k, acc, output + r * c->output_row, residual ? residual + r * c->residual_row : NULL, both, 1, simple);
    }
    output += 2 * c->output_pixel;
    if (residual) residual += 2 * c->residual_pixel;
    FACET_UNROLLED_FOR(int i = 0; i < 4; i++) {
      row[i] += 2 * stride * pixel;
      __asm__("" : "+r"(row[i])); // otherwise the compiler makes pointers of all sums
    }
    v[0] = stride == 1 ? next[1] : next[2];
    if (stride == 1)
      v[1] = next[2];
    else if (x + 2 < c->out_width)
      v[1] = load(row, pixel);
  }
}

/// A block of channels in a band of rows.
static void band(const facet_conv *c, int32_t first, int32_t y0, int32_t y1) {
  facet_results k;
  facet_results_prepare_avx512(&k, c, first, c->groups - first < 32 ? c->groups - first : 32, 1);
  const weights w = prepare_weights(&k, first);
  for (int32_t y = y0, two; y < y1; y += 1 + two) {
    const uint8_t *in = (const uint8_t *)c->input + y * (c->input_row * c->stride_y) + first;
    two = c->stride_y == 1 && y + 1 < y1;
    if (!k.simple)
      strip(&k, &w, in, first, y, c->stride_x, 1 + two, 0);
    else if (c->stride_x == 2)
      strip(&k, &w, in, first, y, 2, 1, 1);
    else
      strip(&k, &w, in, first, y, 1, 1 + two, 1);
  }
}

/// Depthwise convolution 3x3, int8, at strides 1 and 2, activations stored unsigned: 32 channels.
void facet_depthwise_u8s8_3x3_avx512vbmi(const void *arguments, int32_t y0, int32_t y1) {
  const facet_depthwise *d = arguments;
  const facet_conv *c = &d->c;
  const int32_t rows = facet_depthwise_band(c);
  for (int32_t y = y0; y < y1; y += rows)
    for (int32_t first = 0; first < c->groups; first += 32) band(c, first, y, y1 - y < rows ? y1 : y + rows);
}
#pragma clang attribute pop
#endif
