#include "support.h"

/// A tensor that is whole, or repeats one row, pixel or channel.
static const void *random_operand(const facet_binary *a, int32_t which, int32_t e, int32_t dense, reals kind, ptrdiff_t *row, ptrdiff_t *pixel,
                                  ptrdiff_t *channel) {
  const int32_t repeat = dense ? 0 : random_int(0, 7);
  *channel = repeat == 1 ? 0 : e;
  *pixel = repeat == 2 || repeat == 3 ? 0 : (a->channels + (dense ? 0 : random_int(0, 3))) * e;
  *row = repeat == 3 || repeat == 4 ? 0 : *pixel * a->width + (dense ? 0 : random_int(0, 3)) * e;
  const size_t size = (size_t)((a->height - 1) * *row + (a->width - 1) * *pixel + (a->channels - 1) * *channel + e);
  uint8_t *p = slot(which, size, FACET_OVERREAD);
  if (e == 1)
    random_bytes(p, size, 0);
  else
    for (size_t i = 0; i < size / 4; i++) ((float *)(void *)p)[i] = random_real(kind, 4.0f);
  return p;
}

static facet_binary random_binary(int32_t e, size_t *output_bytes, size_t *scores_bytes) {
  facet_binary a = {.height = random_int(1, 5), .width = random_int(1, 6), .channels = one_in(3) ? random_int(1, 200) : random_int(1, 30)};
  const int32_t dense = one_in(3);
  const reals kind = e == 4 ? random_reals() : REALS_PLAIN;
  a.stored_unsigned = e == 1 && one_in(2);
  a.a = random_operand(&a, SLOT_INPUT, e, dense, kind, &a.a_row, &a.a_pixel, &a.a_channel);
  a.b = random_operand(&a, SLOT_B, e, dense, kind, &a.b_row, &a.b_pixel, &a.b_channel);
  a.output_pixel = (a.channels + (dense ? 0 : random_int(0, 4))) * e;
  a.output_row = a.output_pixel * a.width + (dense ? 0 : random_int(0, 9)) * e;
  a.scores_pixel = (a.channels + (dense ? 0 : random_int(0, 4))) * 4;
  a.scores_row = a.scores_pixel * a.width;
  *output_bytes = (size_t)((a.height - 1) * a.output_row + (a.width - 1) * a.output_pixel + a.channels * e);
  *scores_bytes = (size_t)((a.height - 1) * a.scores_row + (a.width - 1) * a.scores_pixel + a.channels * 4);
  a.low_f = one_in(2) ? -__builtin_inff() : -1.0f;
  a.high_f = one_in(2) ? __builtin_inff() : 2.0f;
  a.a_multiplier = (float)random_int(1, 2000) * 0x1p-10f;
  a.b_multiplier = (float)random_int(1, 2000) * 0x1p-10f;
  a.scores_a_multiplier = (float)random_int(1, 2000) * 0x1p-13f;
  a.scores_b_multiplier = (float)random_int(1, 2000) * 0x1p-13f;
  return a;
}

void test_binary_s8(int32_t multiply) {
  size_t output_bytes, scores_bytes;
  facet_binary a = random_binary(1, &output_bytes, &scores_bytes);
  const int32_t shift = a.stored_unsigned ? 128 : 0, za = random_zero(), zb = random_zero(), zero = random_zero();
  const int32_t low = one_in(2) ? -128 : random_int(-128, 127), high = one_in(2) ? 127 : random_int(low, 127);
  a.a_zero = za + shift, a.b_zero = zb + shift, a.zero = zero + shift, a.low = low + shift, a.high = high + shift;
  if (multiply) a.a_multiplier *= 0x1p-6f;
  const int32_t with_scores = !multiply && one_in(3), with_output = !with_scores || one_in(2);
  const int32_t in_place = with_output && a.a_row == a.output_row && a.a_pixel == a.output_pixel && a.a_channel == 1 && one_in(2);

  uint8_t *expected = slot(SLOT_EXPECTED, output_bytes, 0), *expected_scores = slot(SLOT_EXPECTED_SCORES, scores_bytes, 0);
  memset(expected, 0x33, output_bytes);
  if (in_place) memcpy(expected, a.a, output_bytes);
  memset(expected_scores, 0x33, scores_bytes);
  for (int32_t y = 0; y < a.height; y++)
    for (int32_t x = 0; x < a.width; x++)
      for (int32_t i = 0; i < a.channels; i++) {
        const uint8_t pa = ((const uint8_t *)a.a)[y * a.a_row + x * a.a_pixel + i * a.a_channel];
        const uint8_t pb = ((const uint8_t *)a.b)[y * a.b_row + x * a.b_pixel + i * a.b_channel];
        const int32_t va = (int8_t)(uint8_t)(pa - shift) - za, vb = (int8_t)(uint8_t)(pb - shift) - zb;
        const float p =
            multiply ? product((float)(va * vb), a.a_multiplier) : sum(product((float)va, a.a_multiplier), product((float)vb, a.b_multiplier));
        const float s = sum(product((float)va, a.scores_a_multiplier), product((float)vb, a.scores_b_multiplier));
        if (with_output) expected[y * a.output_row + x * a.output_pixel + i] = (uint8_t)(defined_requantize(p, zero, low, high) + shift);
        if (with_scores) memcpy(expected_scores + y * a.scores_row + x * a.scores_pixel + 4 * i, &s, 4);
      }
  int32_t cuts[4];
  random_cuts(a.height, cuts);
  const char *name = multiply ? "multiply_s8" : "add_s8";
  a.scores = with_scores ? (float *)(void *)expected_scores : NULL;
  FOR_KERNELS(t, multiply ? FACET_MULTIPLY_S8 : FACET_ADD_S8, &a) {
    uint8_t *output = slot(SLOT_OUTPUT, output_bytes, 0), *scores = slot(SLOT_SCORES, scores_bytes, 0);
    memset(output, 0x33, output_bytes);
    memset(scores, 0x33, scores_bytes);
    facet_binary c = a;
    if (in_place) {
      memcpy(output, a.a, output_bytes);
      c.a = output;
    }
    c.output = with_output ? output : NULL;
    c.scores = with_scores ? (float *)(void *)scores : NULL;
    for (int32_t i = 0; i < 3; i++) t->run.rows(&c, cuts[i], cuts[i + 1]);
    const int32_t ok = same_bytes(name, t->name, expected, output, output_bytes);
    check(same_bytes("its scores", t->name, expected_scores, scores, scores_bytes) && ok, name, t->name);
    if (counts(t)) {
      checksum_add(output, output_bytes);
      checksum_add(scores, scores_bytes);
    }
  }
}

void test_binary_f32(int32_t multiply) {
  size_t output_bytes, scores_bytes;
  facet_binary a = random_binary(4, &output_bytes, &scores_bytes);
  uint8_t *expected = slot(SLOT_EXPECTED, output_bytes, 0);
  memset(expected, 0x33, output_bytes);
  for (int32_t y = 0; y < a.height; y++)
    for (int32_t x = 0; x < a.width; x++)
      for (int32_t i = 0; i < a.channels; i++) {
        float va, vb;
        memcpy(&va, (const uint8_t *)a.a + y * a.a_row + x * a.a_pixel + i * a.a_channel, 4);
        memcpy(&vb, (const uint8_t *)a.b + y * a.b_row + x * a.b_pixel + i * a.b_channel, 4);
        float v = multiply ? va * vb : va + vb;
        if (v < a.low_f) v = a.low_f;
        if (v > a.high_f) v = a.high_f;
        memcpy(expected + y * a.output_row + x * a.output_pixel + 4 * i, &v, 4);
      }
  int32_t cuts[4];
  random_cuts(a.height, cuts);
  const char *name = multiply ? "multiply_f32" : "add_f32";
  FOR_KERNELS(t, multiply ? FACET_MULTIPLY_F32 : FACET_ADD_F32, &a) {
    a.output = slot(SLOT_OUTPUT, output_bytes, 0);
    memset(a.output, 0x33, output_bytes);
    for (int32_t i = 0; i < 3; i++) t->run.rows(&a, cuts[i], cuts[i + 1]);
    check(same_floats(name, t->name, (const float *)(void *)expected, a.output, output_bytes / 4), name, t->name);
    if (counts(t)) checksum_add_floats(a.output, output_bytes / 4);
  }
}
