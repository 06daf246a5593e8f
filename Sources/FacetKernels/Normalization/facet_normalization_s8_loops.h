/// Normalization, int8: the loops over elements in C.

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
