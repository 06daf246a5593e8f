#include "support.h"
#include <math.h>

#include "../FacetKernels/facet_exp_f32.h"

/// Softmax of rows against the definition, element by element.
typedef struct {
  facet_softmax a;
  int32_t size;
  size_t output_bytes;
} softmax_case;

static softmax_case random_softmax(void) {
  softmax_case k = {.size = one_in(2) ? 4 : 1};
  facet_softmax *a = &k.a;
  a->float_output = k.size == 4;
  a->stored_unsigned = one_in(2);
  a->multiplier = one_in(2) ? 255.0f : one_in(4) ? 0x1p60f : 255.0f + (float)random_int(0, 5000) / 7.0f;
  // Around the 8, 16 and 512 elements of which kernels make groups.
  a->channels = one_in(3) ? random_int(1, 70) : one_in(4) ? random_int(500, 1100) : one_in(3) ? random_int(1, 300) : random_int(1, 40);
  a->height = random_int(1, 4);
  a->width = random_int(1, 3);
  const int32_t in_gap = one_in(2) ? 0 : random_int(0, 5), out_gap = one_in(2) ? 0 : random_int(0, 5);
  a->input_pixel = (a->channels + in_gap) * 4;
  a->input_row = a->input_pixel * a->width + random_int(0, 9) * 4;
  a->output_pixel = (a->channels + out_gap) * k.size;
  a->output_row = a->output_pixel * a->width + random_int(0, 9) * k.size;
  const size_t size = (size_t)((a->height - 1) * a->input_row + (a->width - 1) * a->input_pixel + a->channels * 4);
  k.output_bytes = (size_t)((a->height - 1) * a->output_row + (a->width - 1) * a->output_pixel + a->channels * k.size);
  float *input = slot(SLOT_INPUT, size, 0);
  const reals kind = random_reals();
  const float magnitude = one_in(3) ? 100.0f : one_in(4) ? 0.0f : 5.0f;
  for (size_t i = 0; i < size / 4; i++) input[i] = random_real(kind, magnitude);
  // Masked places; a whole row of them is not a number.
  if (one_in(3))
    for (size_t i = 0; i < size / 4; i++)
      if (one_in(2)) input[i] = -(float)INFINITY;
  a->input = input;
  return k;
}

static float input_at(const facet_softmax *a, int32_t y, int32_t x, int32_t c) {
  return *(const float *)(const void *)((const uint8_t *)a->input + y * a->input_row + x * a->input_pixel + c * 4);
}

static void define(const softmax_case *k, int32_t y, int32_t x, uint8_t *to) {
  const facet_softmax *a = &k->a;
  float largest = -(float)INFINITY;
  for (int32_t c = 0; c < a->channels; c++) largest = input_at(a, y, x, c) > largest ? input_at(a, y, x, c) : largest;
  double t[16] = {0};
  for (int32_t c = 0; c < a->channels; c++) t[c % 16] += (double)facet_exp_f32(sum(input_at(a, y, x, c), -largest));
  for (int32_t step = 8; step; step /= 2)
    for (int32_t j = 0; j < step; j++) t[j] += t[j + step];
  const float total = (float)t[0];
  for (int32_t c = 0; c < a->channels; c++) {
    // A quotient of two binary32 numbers, rounded to double and then to binary32, is the correctly rounded one.
    const float v = (float)((double)facet_exp_f32(sum(input_at(a, y, x, c), -largest)) / (double)total);
    const int32_t shift = a->stored_unsigned ? 128 : 0;
    if (a->float_output)
      memcpy(to + c * 4, &v, 4);
    else
      to[c] = (uint8_t)defined_requantize(v == v ? product(v, a->multiplier) : 0.0f, shift - 128, shift - 128, shift + 127);
  }
}

void test_softmax(void) {
  softmax_case k = random_softmax();
  uint8_t *expected = slot(SLOT_EXPECTED, k.output_bytes, 0);
  memset(expected, 0x44, k.output_bytes);
  for (int32_t y = 0; y < k.a.height; y++)
    for (int32_t x = 0; x < k.a.width; x++) define(&k, y, x, expected + y * k.a.output_row + x * k.a.output_pixel);
  int32_t cuts[4];
  random_cuts(k.a.height, cuts);
  const int32_t in_place = k.a.float_output && k.a.input_row == k.a.output_row && k.a.input_pixel == k.a.output_pixel;
  FOR_KERNELS(t, FACET_SOFTMAX_ROWS_F32, &k.a) {
    facet_softmax a = k.a;
    a.output = slot(SLOT_OUTPUT, k.output_bytes, 0);
    memset(a.output, 0x44, k.output_bytes);
    if (in_place) {
      // What lies between the pixels stays as it is: there, the input.
      for (int32_t y = 0; y < a.height; y++)
        for (int32_t x = 0; x < a.width; x++) {
          const ptrdiff_t at = y * a.output_row + x * a.output_pixel;
          memcpy((uint8_t *)a.output + at, (const uint8_t *)a.input + at, (size_t)a.channels * 4);
        }
      a.input = a.output;
    }
    for (int32_t i = 0; i < 3; i++) t->run.rows(&a, cuts[i], cuts[i + 1]);
    check(k.size == 4 ? same_floats("softmax_rows", t->name, (const float *)(void *)expected, a.output, k.output_bytes / 4)
                      : same_bytes("softmax_rows", t->name, expected, a.output, k.output_bytes),
          "softmax_rows", t->name);
    if (!counts(t)) continue;
    if (k.size == 4)
      checksum_add_floats(a.output, k.output_bytes / 4);
    else
      checksum_add(a.output, k.output_bytes);
  }
}
