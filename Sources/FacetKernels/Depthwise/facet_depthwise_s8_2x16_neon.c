#if defined(__aarch64__) || defined(__arm__)
#include "facet_depthwise_taps.h"
#include "facet_depthwise_s8_neon.h"

/// 16 channels. A tap that does not exist has zero weights.
typedef struct {
  channel_constants constants;
  int8x16_t weights[FACET_DEPTHWISE_TAPS];
  waiting_pixels waiting;
} channel_block;

#if defined(__arm__)
#include "facet_depthwise_s8_armv7.h"
#endif

FACET_OUTLINE void prepare(const facet_conv *c, const facet_depthwise_taps *t, int32_t first, int32_t window, channel_block *k) {
  (void)window;
  prepare_constants(c, first, &k->constants);
  const int8_t *w = (const int8_t *)c->weights + first;
  FACET_ROLLED_FOR(int32_t i = 0; i < t->count; i++, w += c->groups) k->weights[i] = facet_load_bytes(w, k->constants.count);
  if (t->count & 1) k->weights[t->count] = vdupq_n_s8(0);
#if defined(__arm__)
  if (window) put_behind_weights(k, t->count);
#endif
}

/// x0 * w0 + x1 * w1 fits in 16 bits: no weight is -128.
FACET_INLINE void add_pair(facet_sums *sums, int8x16_t x0, int8x16_t w0, int8x16_t x1, int8x16_t w1) {
  const int16x8_t low = vmlal_s8(vmull_s8(vget_low_s8(x0), vget_low_s8(w0)), vget_low_s8(x1), vget_low_s8(w1));
  const int16x8_t high = vmlal_s8(vmull_s8(vget_high_s8(x0), vget_high_s8(w0)), vget_high_s8(x1), vget_high_s8(w1));
  facet_add_words(sums, low, high);
}

/// Strides of neighbouring tiles and taps; a copy, which no store may change.
typedef struct {
  ptrdiff_t step, output;
#if defined(__aarch64__)
  ptrdiff_t row;
  ptrdiff_t column[5]; ///< of neighbouring pixels
#else
  ptrdiff_t pixel, next; ///< of neighbouring pixels; from the last pixel of a window's row to the next row
#endif
} strides;

FACET_INLINE void store(const channel_constants *k, strides s, const facet_sums *sums, tile_place at, const int N) {
#if defined(__aarch64__)
  if (k->is_plain) {
    int8x16_t results[2]; // all before they are stored: what k holds is then read once
    FACET_UNROLLED_FOR(int n = 0; n < N; n++) results[n] = facet_results(k->bounds, facet_scaled(sums[n], k->multiplier));
    FACET_UNROLLED_FOR(int n = 0; n < N; n++) vst1q_s8(at.output + n * s.output, results[n]);
    return;
  }
#else
  (void)k;
#endif
  facet_sums *to = (facet_sums *)(void *)at.output;
  FACET_UNROLLED_FOR(int n = 0; n < N; n++)
    FACET_UNROLLED_FOR(int i = 0; i < 4; i++) facet_wait(&to[n].v[i], sums[n].v[i]);
}

/// N pixels, any window.
FACET_INLINE void tile(const facet_depthwise_taps *t, const channel_block *k, strides s, tile_place at, const int N) {
  facet_sums sums[2];
  FACET_UNROLLED_FOR(int n = 0; n < N; n++) sums[n] = k->constants.initial;
  const ptrdiff_t *offset = t->offset, *end = offset + 2 * t->pairs;
  const int8x16_t *w = k->weights;
  FACET_ROLLED_FOR(; offset < end; offset += 2, w += 2) { // input may be read beyond the channels
    FACET_UNROLLED_FOR(int n = 0; n < N; n++)
      add_pair(&sums[n], vld1q_s8(at.input + n * s.step + offset[0]), w[0], vld1q_s8(at.input + n * s.step + offset[1]), w[1]);
  }
  store(&k->constants, s, sums, at, N);
}

#if defined(__aarch64__)
/// N pixels of a 3x3 window, which share columns of input.
FACET_INLINE void tile_3x3(const channel_block *k, strides s, tile_place at, const int N, const int STRIDE) {
  const int8x16_t *w = k->weights;
  facet_sums sums[2];
  int8x16_t x[3][5];
  FACET_UNROLLED_FOR(int ky = 0; ky < 3; ky++) {
    const int8_t *in = at.input + ky * s.row;
    FACET_HIDE(in);
    FACET_UNROLLED_FOR(int kx = 0; kx < 3 + (N - 1) * STRIDE; kx++) x[ky][kx] = vld1q_s8(in + s.column[kx]);
  }
  FACET_UNROLLED_FOR(int n = 0; n < N; n++) {
    sums[n] = k->constants.initial;
    FACET_UNROLLED_FOR(int ky = 0; ky < 3; ky++) add_pair(&sums[n], x[ky][n * STRIDE], w[3 * ky], x[ky][1 + n * STRIDE], w[3 * ky + 1]);
    add_pair(&sums[n], x[0][2 + n * STRIDE], w[2], x[1][2 + n * STRIDE], w[5]);
    const int8x16_t last = x[2][2 + n * STRIDE];
    facet_add_words(&sums[n], vmull_s8(vget_low_s8(last), vget_low_s8(w[8])), vmull_s8(vget_high_s8(last), vget_high_s8(w[8])));
  }
  store(&k->constants, s, sums, at, N);
}
#endif

FACET_INLINE void advance(strides s, tile_place *at, const int N) {
  at->input += N * s.step;
  at->output += N * s.output;
}

/// `window`: the stride of a 3x3 window or 0; in 32-bit NEON 3 or 5 of a window of as many pixels each way, or 0, and `how` it is taken.
FACET_INLINE void row(const facet_depthwise_taps *t, const channel_block *k, strides s, tile_place at, int32_t left, int32_t window, int32_t how) {
#if defined(__aarch64__)
  (void)how;
  if (!window)
    FACET_ROLLED_FOR(; left >= 2; left -= 2, advance(s, &at, 2)) tile(t, k, s, at, 2);
  else if (window == 1)
    FACET_ROLLED_FOR(; left >= 2; left -= 2, advance(s, &at, 2)) tile_3x3(k, s, at, 2, 1);
  else
    FACET_ROLLED_FOR(; left >= 2; left -= 2, advance(s, &at, 2)) tile_3x3(k, s, at, 2, 2);
  if (left) tile(t, k, s, at, 1);
#else
  if (window)
    row_of_windows(k, at.input, at.output, left, how, s.pixel, s.next, s.step, s.output);
  else
    FACET_ROLLED_FOR(; left > 0; left--, advance(s, &at, 1)) tile(t, k, s, at, 1);
#endif
}

/// Depthwise convolution, int8, stored signed: two pixels (in 32-bit NEON one) by 16 channels, pairs of taps in 16 bits.
void facet_depthwise_s8_2x16_neon(const void *arguments, int32_t y0, int32_t y1) {
  const facet_depthwise *d = arguments;
  const facet_conv *c = &d->c;
  facet_depthwise_taps t;
  facet_depthwise_list(c, &t);
#if defined(__aarch64__)
  const int32_t window = facet_depthwise_is_3x3(c) ? c->stride_x : 0, waits = has_to_wait(c), how = 0;
#else
  const int32_t square = c->kernel_h == c->kernel_w && c->dilation_y == 1 && c->dilation_x == 1 && (c->kernel_w == 3 || c->kernel_w == 5);
  const int32_t window = square ? c->kernel_w : 0, waits = has_to_wait(c) || !window, how = how_of_windows(window, waits);
#endif
  int32_t band = facet_depthwise_band(c);
  if (waits && band > WAITING / c->out_width) band = c->out_width < WAITING ? WAITING / c->out_width : 1;
  strides s = {.step = c->input_pixel * c->stride_x, .output = waits ? (ptrdiff_t)sizeof(facet_sums) : c->output_pixel};
#if defined(__aarch64__)
  s.row = c->input_row;
  for (int i = 0; i < 5; i++) {
    s.column[i] = i * c->input_pixel;
    FACET_HIDE(s.column[i]); // a register each, instead of sums for each row
  }
#else
  s.pixel = c->input_pixel;
  s.next = c->input_row - (c->kernel_w - 1) * c->input_pixel;
#endif
  channel_block k;
  if (waits) fill_places(c, &k.waiting);
  const int32_t most = waits ? WAITING : INT32_MAX;
  for (int32_t from = y0; from < y1; from += band) {
    const int32_t end = y1 - from < band ? y1 : from + band;
    for (int32_t block = 0; block < blocks_of(c); block++) {
      const int32_t first = first_of_block(c, block);
      prepare(c, &t, first, window, &k);
      tile_place at = {NULL, (int8_t *)k.waiting.sums};
      for (int32_t y = from; y < end; y++) {
        const tile_place line = place_of_row(c, y, first);
        at.input = line.input;
        if (!waits) at.output = line.output;
        int32_t left = c->out_width;
        do { // at once, or parts that wait
          const int32_t count = left < most ? left : most;
          row(&t, &k, s, at, count, window, how);
          left -= count;
          if (!waits) continue;
          at.input += count * s.step;
          if (c->out_width > most)
            store_waiting(c, &k.constants, &k.waiting, y, c->out_width - left - count, 0, count);
          else
            at.output += count * s.output;
        } while (left > 0);
      }
      if (c->out_width <= most && waits) store_waiting(c, &k.constants, &k.waiting, from, 0, 0, (end - from) * c->out_width);
    }
  }
}
#endif
