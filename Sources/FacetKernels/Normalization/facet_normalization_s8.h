/// Normalization, int8: how elements are read, and what comes of their sums.
#ifndef FACET_NORMALIZATION_S8_H
#define FACET_NORMALIZATION_S8_H
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

#endif
