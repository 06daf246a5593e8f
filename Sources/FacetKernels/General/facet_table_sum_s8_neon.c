#if defined(__aarch64__) || defined(__arm__)
#include "facet_internal.h"

enum {
#if defined(__aarch64__)
  CHANNELS = 16, ///< at a time, a partial sum of each in a register
#else
  CHANNELS = 8, // half the code
#endif
  PARTIALS = 16,
};

/// One partial of neighbouring channels: pixels from x on, 16 apart. `table` has the entries in the order of stored bytes.
FACET_INLINE void sum_pixels(const facet_unary *a, const double *table, int32_t first, int32_t x, double partials[CHANNELS]) {
  double sums[CHANNELS] = {0};
  const uint8_t *row = facet_at(a->input, first);
  FACET_ROLLED_FOR(int32_t y = 0;; x += PARTIALS) {
    FACET_ROLLED_FOR(; x >= a->width; x -= a->width) y++, row += a->input_row;
    if (y >= a->height) break;
    const uint8_t *input = row + x * a->input_pixel;
    FACET_UNROLLED_FOR(int32_t c = 0; c < CHANNELS; c++) sums[c] += table[input[c]];
  }
  FACET_UNROLLED_FOR(int32_t c = 0; c < CHANNELS; c++) partials[c] = sums[c];
}

/// The mean, the sum, or the root of either, of a function of each channel's int8 elements, partial after partial.
void facet_table_sum_s8_neon(const void *arguments, int32_t block0, int32_t block1) {
  facet_unary a = *(const facet_unary *)arguments;
  if (a.input_row == a.width * a.input_pixel) a.width *= a.height, a.height = 1; // one long row
  const int32_t flip = a.stored_unsigned ? 0 : 0x80; // between the stored byte and q + 128
  double table[256], partials[PARTIALS * CHANNELS];
  FACET_ROLLED_FOR(int32_t i = 0; i < 256; i++) table[i] = (double)((const float *)(const void *)a.table)[i ^ flip];
  const int32_t end = block1 * FACET_TABLE_SUM_BLOCK < a.channels ? block1 * FACET_TABLE_SUM_BLOCK : a.channels;
  for (int32_t first = block0 * FACET_TABLE_SUM_BLOCK; first < end; first += CHANNELS) { // input may be read beyond the channels
    FACET_ROLLED_FOR(int32_t i = 0; i < PARTIALS; i++) sum_pixels(&a, table, first, i, partials + CHANNELS * i);
    FACET_ROLLED_FOR(int32_t half = CHANNELS * PARTIALS / 2; half >= CHANNELS; half /= 2) {
      FACET_ROLLED_FOR(double *to = partials; to < partials + half; to += 4) {
        FACET_UNROLLED_FOR(int32_t i = 0; i < 4; i++) to[i] += to[i + half];
      }
    }
    FACET_ROLLED_FOR(int32_t c = 0; c < CHANNELS && first + c < end; c++) {
      const double sum = partials[c] / (double)a.alpha;
      ((float *)a.output)[first + c] = (float)(a.beta == 1.0f ? facet_sqrt_f64(sum) : sum);
    }
  }
}
#endif
