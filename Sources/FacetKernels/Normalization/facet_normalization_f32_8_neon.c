#if defined(__aarch64__)
#include "../facet_partials_neon.h"
#include "facet_vector_f32_neon.h"

/// Elements whose sums are kept apart; and channels whose own sums are made together.
enum { FACET_PARTIALS = 16 };

/// Adds `blocks` times 16 neighbours less `mean`, or their squares.
FACET_INLINE void add_blocks(partials *p, const float *input, int32_t blocks, double mean, const int squares) {
  const float64x2_t m = vdupq_n_f64(mean);
  FACET_ROLLED_FOR(; blocks > 0; blocks--, input += 16)
    FACET_UNROLLED_FOR(int j = 0; j < 8; j += 2) {
      const float32x4_t v = vld1q_f32(input + 2 * j);
      float64x2_t low = vcvt_f64_f32(vget_low_f32(v)), high = vcvt_high_f64_f32(v);
      if (squares) {
        low = vsubq_f64(low, m), high = vsubq_f64(high, m);
        low = vmulq_f64(low, low), high = vmulq_f64(high, high);
      }
      p->t[j] = vaddq_f64(p->t[j], low), p->t[j + 1] = vaddq_f64(p->t[j + 1], high);
    }
}

FACET_OUTLINE void add_to(partials *sums, const float *input, int32_t blocks, double mean, int squares) {
  partials p = *sums;
  if (squares)
    add_blocks(&p, input, blocks, mean, 1);
  else
    add_blocks(&p, input, blocks, mean, 0);
  *sums = p;
}

/// Sum of `count` channels of some pixels, or of their squares less `mean`. What does not begin at a multiple of 16 elements passes through `held`.
FACET_OUTLINE double channels_sum(const float *input, ptrdiff_t row, ptrdiff_t pixel, int32_t height, int32_t width, int32_t count, double mean,
                                  int squares) {
  partials p = {{{0}}};
  float held[2 * 16];
  int32_t at = 0;
  for (int32_t y = 0; y < height; y++)
    for (int32_t x = 0; x < width; x++) {
      const float *in = facet_at(input, y * row + x * pixel);
      int32_t left = count;
      if (at == 0) {
        add_to(&p, in, left / 16, mean, squares);
        in += left & ~15, left &= 15;
      }
      FACET_ROLLED_FOR(; left > 0; left -= 16, in += 16) { // may be read beyond the channels
        FACET_UNROLLED_FOR(int j = 0; j < 16; j += 8) store(held + at + j, load(in + j));
        at += left < 16 ? left : 16;
        if (at < 16) continue;
        add_to(&p, held, 1, mean, squares);
        FACET_UNROLLED_FOR(int j = 0; j < 16; j += 8) store(held + j, load(held + 16 + j));
        at -= 16;
      }
    }
  double last[16];
  memcpy(last, p.t, sizeof last);
  FACET_ROLLED_FOR(int32_t j = 0; j < at; j++) {
    const double v = (double)held[j] - mean;
    last[j] += squares ? v * v : v;
  }
  memcpy(p.t, last, sizeof last);
  return partials_sum(&p);
}

FACET_INLINE double facet_normalization_pixel_sum(const float *input, int32_t count, double mean, int squares) {
  return channels_sum(input, 0, 0, 1, 1, count, mean, squares);
}

FACET_INLINE double facet_normalization_group_sum(const facet_normalization *a, int32_t first, int32_t count, double mean, int squares) {
  return channels_sum((const float *)a->input + first, a->input_row, a->input_pixel, a->height, a->width, count, mean, squares);
}

/// The sums of `groups` groups of `size` channels from channel `first` on, of 16 channels at most: `size` divides 16, so that a channel's elements
/// belong to the same partials again after 16 / size pixels. `mean` is each channel's.
FACET_OUTLINE void facet_normalization_small_sums(const facet_normalization *a, int32_t first, int32_t groups, int32_t size, const double *mean,
                                                  int squares, double *sums) {
  double t[16][16] = {{0}}; // by pixel and channel
  const int32_t pixels = 16 / size;
  int32_t place = 0;
  for (int32_t y = 0; y < a->height; y++)
    for (int32_t x = 0; x < a->width; x++, place = (place + 1) & (pixels - 1)) {
      const float *input = (const float *)facet_at(a->input, y * a->input_row + x * a->input_pixel) + first; // may be read beyond the channels
      FACET_UNROLLED_FOR(int j = 0; j < 16; j += 4) {
        const float32x4_t v = vld1q_f32(input + j);
        float64x2_t low = vcvt_f64_f32(vget_low_f32(v)), high = vcvt_high_f64_f32(v);
        double *to = t[place] + j;
        low = vsubq_f64(low, vld1q_f64(mean + j)), high = vsubq_f64(high, vld1q_f64(mean + j + 2));
        if (squares) low = vmulq_f64(low, low), high = vmulq_f64(high, high);
        vst1q_f64(to, vaddq_f64(vld1q_f64(to), low)), vst1q_f64(to + 2, vaddq_f64(vld1q_f64(to + 2), high));
      }
    }
  for (int32_t i = 0; i < groups && i < pixels; i++) {
    partials own;
    FACET_ROLLED_FOR(int32_t j = 0; j < pixels; j++) memcpy((double *)own.t + j * size, t[j] + i * size, (size_t)size * sizeof(double));
    sums[i] = partials_sum(&own);
  }
}

/// Channels in vectors; mean and factor at `step` numbers a channel, 0 where all are equal: then there is a vector of them nevertheless.
FACET_OUTLINE void vectors(const facet_normalization *a, const float *input, float *output, int32_t count, const float *mean, const float *factor,
                           ptrdiff_t step, const float *gamma, const float *beta) {
  const vector low = all_lanes(a->low_f), high = all_lanes(a->high_f);
  FACET_ROLLED_FOR(; count > 0; count -= LANES, mean += LANES * step, factor += LANES * step) {
    const vector t = multiply(subtract(load(input), load(mean)), load(factor));
    store(output, clamp(add(multiply(t, load(gamma)), load(beta)), low, high));
    input += LANES, output += LANES, gamma += LANES, beta += LANES;
  }
}

/// Channels [first, end) of one pixel; mean and factor of channel i at `(i - first) * step`, step 0 or 1.
FACET_OUTLINE void facet_normalization_pixel_f32(const facet_normalization *a, const float *input, float *output, int32_t first, int32_t end,
                                                 const float *mean, const float *factor, int32_t step) {
  const int32_t left = (end - first) & (LANES - 1), last = end - left;
  float equal[2][LANES];
  if (!step) {
    store(equal[0], all_lanes(*mean)), store(equal[1], all_lanes(*factor));
    mean = equal[0], factor = equal[1];
  }
  vectors(a, input + first, output + first, last - first, mean, factor, step, a->gamma + first, a->beta + first);
  if (!left) return;
  float lines[2][LANES] = {{0}}, results[LANES];
  memcpy(lines[0], a->gamma + last, (size_t)left * 4), memcpy(lines[1], a->beta + last, (size_t)left * 4);
  mean += (last - first) * step, factor += (last - first) * step;
  vectors(a, input + last, results, LANES, mean, factor, step, lines[0], lines[1]); // may be read beyond the channels
  memcpy(output + last, results, (size_t)left * 4);
}

#define FACET_NORMALIZATION_LOOPS
#include "facet_normalization_f32_body.h"

/// Normalization of each pixel's channels, float32.
void facet_normalize_pixels_f32_8_neon(const void *arguments, int32_t y0, int32_t y1) { facet_normalize_pixels_f32_body(arguments, y0, y1); }

/// Normalization of channels over all pixels, float32.
void facet_normalize_planes_f32_8_neon(const void *arguments, int32_t y0, int32_t y1) { facet_normalize_planes_f32_body(arguments, y0, y1); }
#endif
