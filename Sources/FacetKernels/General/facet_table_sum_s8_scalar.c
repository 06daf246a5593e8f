#include "facet_internal.h"

enum { PARTIALS = 16 };

/// The mean, the sum, or the root of either, of a function of each channel's int8 elements: float32, by a table, summed in 16 binary64 partials.
void facet_table_sum_s8_scalar(const void *arguments, int32_t block0, int32_t block1) {
  const facet_unary *a = arguments;
  const float *table = (const float *)(const void *)a->table;
  const uint8_t flip = a->stored_unsigned ? 0 : 0x80; // between the stored byte and q + 128
  for (int32_t block = block0; block < block1; block++) {
    const int32_t first = block * FACET_TABLE_SUM_BLOCK;
    const int32_t count = a->channels - first < FACET_TABLE_SUM_BLOCK ? a->channels - first : FACET_TABLE_SUM_BLOCK;
    double partials[PARTIALS][FACET_TABLE_SUM_BLOCK] = {{0}};
    int32_t place = 0;
    for (int32_t y = 0; y < a->height; y++)
      for (int32_t x = 0; x < a->width; x++, place++) {
        const uint8_t *input = facet_at(a->input, y * a->input_row + x * a->input_pixel + first);
        double *t = partials[place % PARTIALS];
        for (int32_t c = 0; c < count; c++) t[c] += (double)table[input[c] ^ flip];
      }
    float *output = (float *)a->output + first;
    for (int32_t c = 0; c < count; c++) {
      for (int32_t k = PARTIALS / 2; k > 0; k /= 2)
        for (int32_t j = 0; j < k; j++) partials[j][c] += partials[j + k][c];
      const double sum = partials[0][c] / (double)a->alpha;
      output[c] = (float)(a->beta == 1.0f ? facet_sqrt_f64(sum) : sum);
    }
  }
}
