/// Normalization, float32: the loops that each ISA level compiles for itself.
#include "facet_internal.h"

/// Binary64 partial sums: element i goes into i mod 16.
enum { FACET_PARTIALS = 16 };

FACET_INLINE double facet_partials_sum(double t[FACET_PARTIALS]) {
  for (int32_t k = FACET_PARTIALS / 2; k > 0; k /= 2)
    for (int32_t j = 0; j < k; j++) t[j] += t[j + k];
  return t[0];
}

/// Adds `count` neighbours less `mean`, or their squares, of which the first is element `start`.
FACET_OUTLINE void facet_partials_add(double t[FACET_PARTIALS], int64_t start, const float *input, int32_t count, double mean, int squares) {
  int32_t i = 0;
  const int32_t head = (int32_t)(-start & (FACET_PARTIALS - 1)), first = head < count ? head : count;
  for (; i < first; i++) {
    const double v = (double)input[i] - mean;
    t[(start + i) & (FACET_PARTIALS - 1)] += squares ? v * v : v;
  }
  for (; i + FACET_PARTIALS <= count; i += FACET_PARTIALS)
    for (int32_t j = 0; j < FACET_PARTIALS; j++) {
      const double v = (double)input[i + j] - mean;
      t[j] += squares ? v * v : v;
    }
  for (int32_t j = 0; i < count; i++, j++) {
    const double v = (double)input[i] - mean;
    t[j] += squares ? v * v : v;
  }
}

/// What elements are multiplied with, from the sum of squares of `n` elements less their mean.
FACET_INLINE float facet_normalization_factor(const facet_normalization *a, double squares, double n) {
  return (float)(1.0 / facet_sqrt_f64(squares / n + (double)a->epsilon));
}

/// Channels [first, end) of one pixel; mean and factor of channel i at `(i - first) * step`.
FACET_OUTLINE void facet_normalization_pixel_f32(const facet_normalization *a, const float *input, float *output, int32_t first, int32_t end,
                                                const float *mean, const float *factor, int32_t step) {
  for (int32_t c = first; c < end; c += FACET_CHUNK) {
    const int32_t count = end - c < FACET_CHUNK ? end - c : FACET_CHUNK;
    float p[FACET_CHUNK];
    for (int32_t i = 0; i < count; i++) {
      const float t = (input[c + i] - mean[(c - first + i) * step]) * factor[(c - first + i) * step];
      const float scaled = t * a->gamma[c + i];
      p[i] = facet_clamp(scaled + a->beta[c + i], a->low_f, a->high_f);
    }
    memcpy(output + c, p, (size_t)count * sizeof(float));
  }
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
        if (!a->root_mean_square) {
          double t[FACET_PARTIALS] = {0};
          facet_partials_add(t, 0, input + g * channels, channels, 0.0, 0);
          mean = facet_partials_sum(t) / (double)channels;
        }
        double t[FACET_PARTIALS] = {0};
        facet_partials_add(t, 0, input + g * channels, channels, mean, 1);
        const float factor = facet_normalization_factor(a, facet_partials_sum(t), (double)channels), rounded = (float)mean;
        facet_normalization_pixel_f32(a, input, output, g * channels, (g + 1) * channels, &rounded, &factor, 0);
      }
    }
}

/// Sum over all pixels of channels [first, first + count), or of their squares, less `mean`.
FACET_OUTLINE double facet_normalization_group_sum(const facet_normalization *a, int32_t first, int32_t count, double mean, int squares) {
  double t[FACET_PARTIALS] = {0};
  int64_t start = 0;
  for (int32_t y = 0; y < a->height; y++)
    for (int32_t x = 0; x < a->width; x++, start += count)
      facet_partials_add(t, start, (const float *)facet_at(a->input, y * a->input_row + x * a->input_pixel) + first, count, mean, squares);
  return facet_partials_sum(t);
}

/// The sums of `count` <= FACET_PARTIALS single channels from `first` on.
FACET_OUTLINE void facet_normalization_channel_sums(const facet_normalization *a, int32_t first, int32_t count, const double *mean, int squares,
                                                   double *sums) {
  double t[FACET_PARTIALS][FACET_PARTIALS] = {{0}};
  int64_t pixel = 0;
  for (int32_t y = 0; y < a->height; y++)
    for (int32_t x = 0; x < a->width; x++, pixel++) {
      const float *input = (const float *)facet_at(a->input, y * a->input_row + x * a->input_pixel) + first;
      double *to = t[pixel & (FACET_PARTIALS - 1)];
      for (int32_t i = 0; i < count; i++) {
        const double v = (double)input[i] - mean[i];
        to[i] += squares ? v * v : v;
      }
    }
  for (int32_t i = 0; i < count; i++) {
    double own[FACET_PARTIALS];
    for (int32_t j = 0; j < FACET_PARTIALS; j++) own[j] = t[j][i];
    sums[i] = facet_partials_sum(own);
  }
}

/// Of channels over all pixels.
FACET_INLINE void facet_normalize_planes_f32_body(const facet_normalization *a, int32_t y0, int32_t y1) {
  const int32_t channels = a->channels / a->groups, step = channels == 1 ? FACET_PARTIALS : 1;
  const int64_t last = (int64_t)y1 * a->share_groups;
  const int32_t end = last < a->groups ? (int32_t)last : a->groups;
  const double n = (double)channels * (double)a->height * (double)a->width;
  for (int32_t g = y0 * a->share_groups; g < end; g += step) {
    const int32_t groups = end - g < step ? end - g : step;
    double mean[FACET_PARTIALS] = {0}, squares[FACET_PARTIALS];
    float rounded[FACET_PARTIALS], factor[FACET_PARTIALS];
    if (channels == 1) {
      if (!a->root_mean_square) facet_normalization_channel_sums(a, g, groups, mean, 0, mean);
      for (int32_t i = 0; i < groups; i++) mean[i] /= n;
      facet_normalization_channel_sums(a, g, groups, mean, 1, squares);
    } else {
      if (!a->root_mean_square) mean[0] = facet_normalization_group_sum(a, g * channels, channels, 0.0, 0) / n;
      squares[0] = facet_normalization_group_sum(a, g * channels, channels, mean[0], 1);
    }
    for (int32_t i = 0; i < groups; i++) rounded[i] = (float)mean[i], factor[i] = facet_normalization_factor(a, squares[i], n);
    for (int32_t y = 0; y < a->height; y++)
      for (int32_t x = 0; x < a->width; x++)
        facet_normalization_pixel_f32(a, facet_at(a->input, y * a->input_row + x * a->input_pixel),
                                      facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel), g * channels, (g + groups) * channels,
                                      rounded, factor, channels == 1);
  }
}
