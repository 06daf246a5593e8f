/// Normalization, int8: the order of the work, which each ISA level compiles for itself, and the loops in C. One with loops of its own for all that
/// stands in facet_normalization_s8_loops.h defines FACET_NORMALIZATION_LOOPS and has them before it.
#include "facet_normalization_s8.h"
#ifndef FACET_NORMALIZATION_LOOPS
#include "facet_normalization_s8_loops.h"
#endif

/// Of each pixel's channels.
FACET_INLINE void facet_normalize_pixels_s8_body(const facet_normalization *a, int32_t y0, int32_t y1) {
  const facet_bytes_domain d = facet_normalization_domain(a);
  const int32_t channels = a->channels / a->groups;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const uint8_t *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t g = 0; g < a->groups; g++) {
        int64_t bytes = 0, squares = 0;
        float mean, factor;
        facet_normalization_sums(input + g * channels, channels, d.flip, &bytes, &squares);
        facet_normalization_factors(a, d.zero, channels, bytes, squares, &mean, &factor);
        facet_normalization_pixel(a, d, input, output, g * channels, (g + 1) * channels, &mean, &factor, 0);
      }
    }
}

/// Whole groups whose channels are together at most FACET_CHUNK, or one larger group.
FACET_INLINE void facet_normalization_groups(const facet_normalization *a, facet_bytes_domain d, int32_t g0, int32_t g1) {
  const int32_t channels = a->channels / a->groups, first = g0 * channels, end = g1 * channels, is_one = g1 - g0 == 1;
  const int64_t n = (int64_t)channels * a->height * a->width;
  float mean[FACET_CHUNK], factor[FACET_CHUNK];
  int64_t all_bytes = 0, all_squares = 0;
  for (int32_t c = first; c < end; c += FACET_CHUNK) {
    const int32_t count = end - c < FACET_CHUNK ? end - c : FACET_CHUNK;
    int64_t bytes[FACET_CHUNK] = {0}, squares[FACET_CHUNK] = {0};
    if (count == FACET_CHUNK)
      facet_normalization_plane_sums(a, d.flip, c, FACET_CHUNK, bytes, squares);
    else
      facet_normalization_plane_sums(a, d.flip, c, count, bytes, squares);
    if (is_one) {
      for (int32_t i = 0; i < count; i++) all_bytes += bytes[i], all_squares += squares[i];
      continue;
    }
    for (int32_t i = 0; i < count; i += channels) {
      int64_t b = 0, s = 0;
      for (int32_t j = i; j < i + channels; j++) b += bytes[j], s += squares[j];
      facet_normalization_factors(a, d.zero, n, b, s, &mean[i], &factor[i]);
      for (int32_t j = i + 1; j < i + channels; j++) mean[j] = mean[i], factor[j] = factor[i];
    }
  }
  if (is_one) facet_normalization_factors(a, d.zero, n, all_bytes, all_squares, &mean[0], &factor[0]);
  for (int32_t y = 0; y < a->height; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const uint8_t *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      if (is_one)
        facet_normalization_pixel(a, d, input, output, first, end, mean, factor, 0);
      else
        facet_normalization_pixel(a, d, input, output, first, end, mean, factor, 1);
    }
}

/// Of channels over all pixels.
FACET_INLINE void facet_normalize_planes_s8_body(const facet_normalization *a, int32_t y0, int32_t y1) {
  const facet_bytes_domain d = facet_normalization_domain(a);
  const int32_t channels = a->channels / a->groups, fitting = FACET_CHUNK / channels, step = fitting > 1 ? fitting : 1;
  const int64_t last = (int64_t)y1 * a->share_groups;
  const int32_t end = last < a->groups ? (int32_t)last : a->groups;
  for (int32_t g = y0 * a->share_groups; g < end; g += step) facet_normalization_groups(a, d, g, end - g < step ? end : g + step);
}
