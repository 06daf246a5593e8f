#include "support.h"
#include <math.h>

/// The sum of a table's entries over an image, against the definition, channel by channel.
void test_table_sum(void) {
  facet_unary a = {.height = random_int(1, 6), .width = random_int(1, 7), .channels = random_int(1, 80), .stored_unsigned = one_in(2)};
  a.input_pixel = a.channels + (one_in(2) ? 0 : random_int(0, 5));
  a.input_row = a.input_pixel * a.width + random_int(0, 9);
  const size_t bytes = (size_t)((a.height - 1) * a.input_row + (a.width - 1) * a.input_pixel + a.channels);
  const int32_t pixels = a.height * a.width;
  a.alpha = one_in(2) ? 1.0f : (float)pixels;
  a.beta = one_in(3) ? 1.0f : 0.0f;
  uint8_t *input = slot(SLOT_INPUT, bytes, FACET_OVERREAD);
  random_bytes(input, bytes, 0);
  float *table = slot(SLOT_WEIGHTS, 256 * 4, 0);
  const reals kind = random_reals();
  for (int32_t i = 0; i < 256; i++) {
    const float v = random_real(kind, 1000.0f);
    table[i] = a.beta == 1.0f ? fabsf(v) : v;
  }
  a.input = input;
  a.table = (const uint8_t *)(const void *)table;
  const size_t out_bytes = (size_t)a.channels * 4;
  float *expected = slot(SLOT_EXPECTED, out_bytes, 0);
  for (int32_t c = 0; c < a.channels; c++) {
    double t[16] = {0};
    for (int32_t i = 0; i < pixels; i++) {
      const uint8_t stored = input[i / a.width * a.input_row + i % a.width * a.input_pixel + c];
      t[i % 16] += (double)table[(a.stored_unsigned ? stored : (int8_t)stored + 128)];
    }
    for (int32_t step = 8; step; step /= 2)
      for (int32_t j = 0; j < step; j++) t[j] += t[j + step];
    const double value = t[0] / (double)a.alpha;
    expected[c] = (float)(a.beta == 1.0f ? sqrt(value) : value);
  }
  int32_t cuts[4];
  random_cuts((a.channels + FACET_TABLE_SUM_BLOCK - 1) / FACET_TABLE_SUM_BLOCK, cuts);
  FOR_KERNELS(t, FACET_TABLE_SUM_S8, &a) {
    a.output = slot(SLOT_OUTPUT, out_bytes, 0);
    memset(a.output, 0x44, out_bytes);
    for (int32_t i = 0; i < 3; i++) t->run.rows(&a, cuts[i], cuts[i + 1]);
    check(same_floats("table_sum", t->name, expected, a.output, out_bytes / 4), "table_sum", t->name);
    if (counts(t)) checksum_add_floats(a.output, out_bytes / 4);
  }
}
