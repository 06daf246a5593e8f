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

FACET_INLINE weights prepare_weights(const facet_conv *c, const facet_depthwise_constants *k, int32_t first) {
  weights w;
  FACET_UNROLLED_FOR(int32_t kx = 0; kx < 3; kx++) {
    __m256i t[3];
    FACET_UNROLLED_FOR(int32_t ky = 0; ky < 3; ky++) t[ky] = facet_depthwise_weights(c, k, first, 3 * ky + kx);
    w.tap[0][kx] = facet_interleave_4(k, t[0], t[1], t[2], _mm256_setzero_si256());
    w.tap[1][kx] = facet_interleave_4(k, _mm256_setzero_si256(), t[0], t[1], t[2]);
  }
  return w;
}

/// Rows from which columns are read, and the bytes from pixel to pixel and from tap to tap.
typedef struct {
  const uint8_t *row[4];
  ptrdiff_t pixel;
} source;

FACET_INLINE column load(const facet_depthwise_constants *k, const source *s, ptrdiff_t at) {
  return facet_interleave(k, s->row[0] + at, s->row[1] + at, s->row[2] + at, s->row[3] + at);
}

FACET_INLINE void add(__m512i acc[2], column x, column w) {
  acc[0] = _mm512_dpbusd_epi32(acc[0], x.half[0], w.half[0]);
  acc[1] = _mm512_dpbusd_epi32(acc[1], x.half[1], w.half[1]);
}

typedef struct {
  uint8_t *output;
  const uint8_t *residual;
} target;

/// `rows` output rows, two pixels at a time: the columns that the next two share stay in registers.
FACET_INLINE void strip(const facet_conv *c, const facet_depthwise_constants *k, const weights *w, source s, target t[2], const int stride,
                        const int32_t rows) {
  const ptrdiff_t pixel = s.pixel;
  column v[5];
  v[0] = load(k, &s, 0);
  if (stride == 1) v[1] = load(k, &s, pixel);
  ptrdiff_t at = 0;
  for (int32_t x = 0; x < c->out_width; x += 2, at += 2 * stride * pixel) {
    const int32_t both = x + 1 < c->out_width; // otherwise the last pixel stands twice
    if (stride == 1) {
      v[2] = load(k, &s, at + 2 * pixel);
      v[3] = load(k, &s, at + (both ? 3 : 2) * pixel);
    } else {
      v[1] = load(k, &s, at + pixel);
      v[2] = load(k, &s, at + 2 * pixel);
      v[3] = load(k, &s, at + (both ? 3 : 2) * pixel);
      v[4] = load(k, &s, at + (both ? 4 : 2) * pixel);
    }
    FACET_UNROLLED_FOR(int32_t r = 0; r < rows; r++) {
      __m512i acc[2][2] = {{k->initial[0], k->initial[1]}, {k->initial[0], k->initial[1]}};
      FACET_UNROLLED_FOR(int kx = 0; kx < 3; kx++) {
        add(acc[0], v[kx], w->tap[r][kx]);
        add(acc[1], v[kx + stride], w->tap[r][kx]);
      }
      uint8_t *output = t[r].output + x * c->output_pixel;
      const uint8_t *residual = t[r].residual ? t[r].residual + x * c->residual_pixel : NULL;
      facet_depthwise_store(k, acc[0], acc[1], output, output + c->output_pixel, both, residual, residual ? residual + c->residual_pixel : NULL);
    }
    if (stride == 1)
      v[0] = v[2], v[1] = v[3];
    else
      v[0] = v[4];
  }
}

FACET_INLINE target target_at(const facet_conv *c, int32_t y, int32_t first) {
  target t = {(uint8_t *)c->output + y * c->output_row + first, c->residual ? (const uint8_t *)c->residual + y * c->residual_row + first : NULL};
  return t;
}

/// A block of channels in a band of rows.
static void band(const facet_conv *c, int32_t first, int32_t y0, int32_t y1) {
  const ptrdiff_t row = c->input_row;
  const facet_depthwise_constants k = facet_depthwise_prepare(c, first);
  const weights w = prepare_weights(c, &k, first);
  for (int32_t y = y0; y < y1;) {
    const uint8_t *in = (const uint8_t *)c->input + y * (row * c->stride_y) + first;
    const int32_t two = c->stride_y == 1 && y + 1 < y1;
    // a fourth row that there may not be is not read: the third stands for it
    const source s = {{in, in + row, in + 2 * row, in + (two ? 3 : 2) * row}, c->input_pixel};
    target t[2] = {target_at(c, y, first), target_at(c, y + two, first)};
    if (c->stride_x == 2)
      strip(c, &k, &w, s, t, 2, 1);
    else if (two)
      strip(c, &k, &w, s, t, 1, 2);
    else
      strip(c, &k, &w, s, t, 1, 1);
    y += 1 + two;
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
