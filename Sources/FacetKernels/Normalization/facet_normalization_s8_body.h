/// Normalization, int8: the loops that each ISA level compiles for itself.
#include "facet_internal.h"

/// Elements whose squares one 32-bit sum holds: 2^14 * 255^2 < 2^32.
enum { FACET_SQUARES = 1 << 14 };

/// How elements are read: as unsigned bytes, whatever the stored domain.
typedef struct {
  uint8_t flip;
  int32_t zero;
} facet_bytes_domain;

FACET_INLINE facet_bytes_domain facet_normalization_domain(const facet_normalization *a) {
  const facet_bytes_domain d = {a->stored_unsigned ? 0 : 0x80, a->input_zero + (a->stored_unsigned ? 0 : 128)};
  return d;
}

/// Mean in quantized steps, and scale over deviation, of `n` elements, from the sums of bytes and of their squares.
FACET_INLINE void facet_normalization_factors(const facet_normalization *a, int32_t zero, int64_t n, int64_t bytes, int64_t squares, float *mean,
                                              float *factor) {
  const int64_t s1 = bytes - n * zero, s2 = squares - 2 * zero * bytes + n * zero * zero;
  const double s = (double)a->scale, count = (double)n;
  double variance;
  if (a->root_mean_square) {
    variance = s * s * (double)s2 / count;
    *mean = 0.0f;
  } else {
    variance = s * s * (double)(n * s2 - s1 * s1) / (count * count);
    *mean = (float)((double)s1 / count);
  }
  *factor = (float)(s / facet_sqrt_f64(variance + (double)a->epsilon));
}

/// Sums of `count` neighbouring bytes and of their squares.
FACET_INLINE void facet_normalization_sums(const uint8_t *input, int32_t count, uint8_t flip, int64_t *bytes, int64_t *squares) {
  for (int32_t first = 0; first < count; first += FACET_SQUARES) {
    const int32_t end = count - first < FACET_SQUARES ? count : first + FACET_SQUARES;
    uint32_t b = 0, s = 0;
    for (int32_t i = first; i < end; i++) {
      const uint32_t v = (uint8_t)(input[i] ^ flip);
      b += v;
      s += v * v;
    }
    *bytes += b;
    *squares += s;
  }
}

/// `count` <= FACET_CHUNK channels of one pixel; mean and factor of channel i at `i * step`.
FACET_INLINE void facet_normalization_chunk(const facet_normalization *a, facet_bytes_domain d, const uint8_t *input, void *output, int32_t count,
                                            const float *mean, const float *factor, int32_t step, const float *gamma, const float *beta) {
  float p[FACET_CHUNK];
  for (int32_t i = 0; i < count; i++) {
    const float t = ((float)((int32_t)(uint8_t)(input[i] ^ d.flip) - d.zero) - mean[i * step]) * factor[i * step];
    const float scaled = t * gamma[i];
    p[i] = scaled + beta[i];
  }
  if (a->float_output) {
    for (int32_t i = 0; i < count; i++) p[i] = facet_clamp(p[i], a->low_f, a->high_f);
    memcpy(output, p, (size_t)count * sizeof(float));
    return;
  }
  const float low = (float)(a->low - a->zero), high = (float)(a->high - a->zero);
  const int32_t zero = a->zero;
  uint8_t result[FACET_CHUNK];
  for (int32_t i = 0; i < count; i++) result[i] = facet_requantize(p[i], low, high, zero);
  memcpy(output, result, (size_t)count);
}

/// Channels of one group, and channels that each have their own mean: one copy of each keeps the engine small.
FACET_OUTLINE void facet_normalization_chunk_of_one(const facet_normalization *a, facet_bytes_domain d, const uint8_t *input, void *output,
                                                    int32_t count, const float *mean, const float *factor, const float *gamma, const float *beta) {
  if (count == FACET_CHUNK)
    facet_normalization_chunk(a, d, input, output, FACET_CHUNK, mean, factor, 0, gamma, beta);
  else
    facet_normalization_chunk(a, d, input, output, count, mean, factor, 0, gamma, beta);
}

FACET_OUTLINE void facet_normalization_chunk_of_each(const facet_normalization *a, facet_bytes_domain d, const uint8_t *input, void *output,
                                                     int32_t count, const float *mean, const float *factor, const float *gamma, const float *beta) {
  if (count == FACET_CHUNK)
    facet_normalization_chunk(a, d, input, output, FACET_CHUNK, mean, factor, 1, gamma, beta);
  else
    facet_normalization_chunk(a, d, input, output, count, mean, factor, 1, gamma, beta);
}

/// Channels [first, end) of one pixel; mean and factor of channel i at `(i - first) * step`, step 0 or 1.
FACET_INLINE void facet_normalization_pixel(const facet_normalization *a, facet_bytes_domain d, const uint8_t *input, uint8_t *output, int32_t first,
                                            int32_t end, const float *mean, const float *factor, int32_t step) {
  const ptrdiff_t size = a->float_output ? 4 : 1;
  for (int32_t c = first; c < end; c += FACET_CHUNK) {
    const int32_t count = end - c < FACET_CHUNK ? end - c : FACET_CHUNK;
    if (step)
      facet_normalization_chunk_of_each(a, d, input + c, output + c * size, count, mean + (c - first), factor + (c - first), a->gamma + c,
                                        a->beta + c);
    else
      facet_normalization_chunk_of_one(a, d, input + c, output + c * size, count, mean, factor, a->gamma + c, a->beta + c);
  }
}

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

/// Adds the sums over all pixels of `count` <= FACET_CHUNK channels from `first` on.
FACET_INLINE void facet_normalization_plane_sums(const facet_normalization *a, uint8_t flip, int32_t first, int32_t count, int64_t *bytes,
                                                 int64_t *squares) {
  uint32_t b[FACET_CHUNK] = {0}, s[FACET_CHUNK] = {0};
  int32_t held = 0;
  for (int32_t y = 0; y < a->height; y++) {
    const uint8_t *input = facet_at(a->input, y * a->input_row + first);
    for (int32_t x = 0; x < a->width; x++, input += a->input_pixel) {
      for (int32_t i = 0; i < count; i++) {
        const uint32_t v = (uint8_t)(input[i] ^ flip);
        b[i] += v;
        s[i] += v * v;
      }
      if (++held < FACET_SQUARES) continue;
      held = 0;
      for (int32_t i = 0; i < count; i++) bytes[i] += b[i], squares[i] += s[i], b[i] = s[i] = 0;
    }
  }
  for (int32_t i = 0; i < count; i++) bytes[i] += b[i], squares[i] += s[i];
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
