/// Normalization, float32: the loops over elements in C.

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
#if defined(FACET_PARTIALS_BLOCKS) // who has vectors for it defines this and facet_partials_blocks
  const int32_t blocks = (count - i) / FACET_PARTIALS;
  facet_partials_blocks(t, input + i, blocks, mean, squares);
  i += blocks * FACET_PARTIALS;
#else
  for (; i + FACET_PARTIALS <= count; i += FACET_PARTIALS)
    for (int32_t j = 0; j < FACET_PARTIALS; j++) {
      const double v = (double)input[i + j] - mean;
      t[j] += squares ? v * v : v;
    }
#endif
  for (int32_t j = 0; i < count; i++, j++) {
    const double v = (double)input[i] - mean;
    t[j] += squares ? v * v : v;
  }
}

/// Sum of `count` neighbours less `mean`, or of their squares.
FACET_INLINE double facet_normalization_pixel_sum(const float *input, int32_t count, double mean, int squares) {
  double t[FACET_PARTIALS] = {0};
  facet_partials_add(t, 0, input, count, mean, squares);
  return facet_partials_sum(t);
}

#ifndef FACET_NORMALIZATION_PIXEL // who has vectors for it defines this and has the function
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
#endif

/// Sum over all pixels of channels [first, first + count), or of their squares, less `mean`.
FACET_OUTLINE double facet_normalization_group_sum(const facet_normalization *a, int32_t first, int32_t count, double mean, int squares) {
  double t[FACET_PARTIALS] = {0};
  int64_t start = 0;
  for (int32_t y = 0; y < a->height; y++)
    for (int32_t x = 0; x < a->width; x++, start += count)
      facet_partials_add(t, start, (const float *)facet_at(a->input, y * a->input_row + x * a->input_pixel) + first, count, mean, squares);
  return facet_partials_sum(t);
}

/// The sums of `groups` groups of `size` channels from channel `first` on, of 16 channels at most: `size` divides 16, so that a channel's elements
/// belong to the same partials again after 16 / size pixels. `mean` is each channel's.
FACET_OUTLINE void facet_normalization_small_sums(const facet_normalization *a, int32_t first, int32_t groups, int32_t size, const double *mean,
                                                  int squares, double *sums) {
  double t[FACET_PARTIALS][FACET_PARTIALS] = {{0}}; // by pixel and channel
  const int32_t pixels = FACET_PARTIALS / size, count = groups < pixels ? groups * size : FACET_PARTIALS;
  int32_t place = 0;
  for (int32_t y = 0; y < a->height; y++)
    for (int32_t x = 0; x < a->width; x++, place = (place + 1) & (pixels - 1)) {
      const float *input = (const float *)facet_at(a->input, y * a->input_row + x * a->input_pixel) + first;
      for (int32_t i = 0; i < count; i++) {
        const double v = (double)input[i] - mean[i];
        t[place][i] += squares ? v * v : v;
      }
    }
  for (int32_t i = 0; i * size < count; i++) {
    double own[FACET_PARTIALS];
    for (int32_t j = 0; j < FACET_PARTIALS; j++) own[j] = t[j / size][i * size + j % size];
    sums[i] = facet_partials_sum(own);
  }
}
