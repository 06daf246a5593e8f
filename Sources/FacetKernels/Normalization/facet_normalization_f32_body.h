/// Normalization, float32: the order of the work, which each ISA level compiles for itself, and the loops in C. One with loops of its own for all
/// that stands in facet_normalization_f32_loops.h defines FACET_NORMALIZATION_LOOPS and has them before it.
#include "facet_internal.h"
#ifndef FACET_NORMALIZATION_LOOPS
#include "facet_normalization_f32_loops.h"
#endif

/// What elements are multiplied with, from the sum of squares of `n` elements less their mean.
FACET_INLINE float facet_normalization_factor(const facet_normalization *a, double squares, double n) {
  return (float)(1.0 / facet_sqrt_f64(squares / n + (double)a->epsilon));
}

/// Of each pixel's channels.
FACET_INLINE void facet_normalize_pixels_f32_body(const facet_normalization *a, int32_t y0, int32_t y1) {
  const int32_t channels = a->channels / a->groups;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const float *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      float *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t g = 0; g < a->groups; g++) {
        double mean = 0.0;
        if (!a->root_mean_square) mean = facet_normalization_pixel_sum(input + g * channels, channels, 0.0, 0) / (double)channels;
        const double squares = facet_normalization_pixel_sum(input + g * channels, channels, mean, 1);
        const float factor = facet_normalization_factor(a, squares, (double)channels), rounded = (float)mean;
        facet_normalization_pixel_f32(a, input, output, g * channels, (g + 1) * channels, &rounded, &factor, 0);
      }
    }
}

/// Of channels over all pixels. Groups of a size that divides 16 are taken together.
FACET_INLINE void facet_normalize_planes_f32_body(const facet_normalization *a, int32_t y0, int32_t y1) {
  const int32_t channels = a->channels / a->groups, is_small = FACET_PARTIALS % channels == 0, step = is_small ? FACET_CHUNK / channels : 1;
  const int64_t last = (int64_t)y1 * a->share_groups;
  const int32_t end = last < a->groups ? (int32_t)last : a->groups;
  const double n = (double)channels * (double)a->height * (double)a->width;
  for (int32_t g = y0 * a->share_groups; g < end; g += step) {
    const int32_t groups = end - g < step ? end - g : step, first = g * channels, count = is_small ? channels : 1;
    double mean[FACET_CHUNK] = {0}, sums[FACET_CHUNK]; // mean, rounded and factor: of each channel, of a large group one
    float rounded[FACET_CHUNK], factor[FACET_CHUNK];
    for (int squares = a->root_mean_square ? 1 : 0; squares < 2; squares++) {
      if (is_small)
        for (int32_t i = 0; i < groups; i += FACET_PARTIALS / channels)
          facet_normalization_small_sums(a, first + i * channels, groups - i, channels, mean + i * channels, squares, sums + i);
      else
        sums[0] = facet_normalization_group_sum(a, first, channels, mean[0], squares);
      for (int32_t i = 0; i < groups * count; i++) {
        const double sum = sums[i / count];
        if (squares)
          rounded[i] = (float)mean[i], factor[i] = facet_normalization_factor(a, sum, n);
        else
          mean[i] = sum / n;
      }
    }
    for (int32_t y = 0; y < a->height; y++)
      for (int32_t x = 0; x < a->width; x++)
        facet_normalization_pixel_f32(a, facet_at(a->input, y * a->input_row + x * a->input_pixel),
                                      facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel), first, first + groups * channels, rounded,
                                      factor, is_small);
  }
}
