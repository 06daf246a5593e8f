#include "support.h"

enum { TABLE, CHANNEL_TABLE, DEQUANTIZE, COPY, CLIP, HARD_SIGMOID, HARD_SWISH, UNARY_COUNT };
static const char *const names[] = {"table_s8", "channel_table_s8", "dequantize_s8", "copy_f32", "clip_f32", "hard_sigmoid_f32", "hard_swish_f32"};

static const facet_operation operations[] = {FACET_TABLE_S8, FACET_CHANNEL_TABLE_S8, FACET_DEQUANTIZE_S8, FACET_COPY_F32,
                                             FACET_CLIP_F32, FACET_HARD_SIGMOID_F32, FACET_HARD_SWISH_F32};

static float between(float v, float low, float high) { return v < low ? low : v > high ? high : v; }

/// One element by the definition.
static void define(const facet_unary *a, int32_t operation, int32_t channel, const uint8_t *from, uint8_t *to) {
  if (operation <= CHANNEL_TABLE) {
    const int32_t shift = a->stored_unsigned ? 128 : 0, q = (int8_t)(uint8_t)(*from - shift);
    *to = (uint8_t)((int32_t)a->table[(operation == TABLE ? 0 : 256 * channel) + q + 128] - 128 + shift);
    return;
  }
  float v = 0;
  if (operation == DEQUANTIZE)
    v = product((float)((a->stored_unsigned ? *from : (int8_t)*from) - a->input_zero), a->scale);
  else
    memcpy(&v, from, 4);
  if (operation == CLIP) v = between(v, a->alpha, a->beta);
  if (operation == HARD_SIGMOID) v = between(v * a->alpha + a->beta, 0, 1);
  if (operation == HARD_SWISH) v = v * between(v * (1.0f / 6.0f) + 0.5f, 0, 1);
  memcpy(to, &v, 4);
}

void test_unary(void) {
  for (int32_t operation = 0; operation < UNARY_COUNT; operation++) {
    const int32_t in = operation <= DEQUANTIZE ? 1 : 4, out = operation <= CHANNEL_TABLE ? 1 : 4, dense = one_in(2);
    facet_unary a = {.height = random_int(1, 4), .width = random_int(1, 6), .channels = random_int(1, 40), .stored_unsigned = one_in(2)};
    a.input_pixel = (a.channels + (dense ? 0 : random_int(0, 3))) * in;
    a.input_row = a.input_pixel * a.width + random_int(0, 3) * in;
    a.output_pixel = (a.channels + (dense ? 0 : random_int(0, 3))) * out;
    a.output_row = a.output_pixel * a.width + random_int(0, 3) * out;
    const size_t in_bytes = (size_t)((a.height - 1) * a.input_row + (a.width - 1) * a.input_pixel + a.channels * in);
    const size_t out_bytes = (size_t)((a.height - 1) * a.output_row + (a.width - 1) * a.output_pixel + a.channels * out);
    uint8_t *input = slot(SLOT_INPUT, in_bytes, FACET_OVERREAD), *table = slot(SLOT_WEIGHTS, (size_t)(256 * a.channels), 0);
    const reals kind = random_reals();
    random_bytes(table, (size_t)(256 * a.channels), 0);
    if (in == 1)
      random_bytes(input, in_bytes, 0);
    else
      for (size_t i = 0; i < in_bytes / 4; i++) ((float *)(void *)input)[i] = random_real(kind, 6.0f);
    a.input = input;
    a.table = table;
    a.input_zero = random_zero() + (a.stored_unsigned ? 128 : 0);
    a.scale = (float)random_int(1, 1000) * 0x1p-14f;
    a.alpha = operation == CLIP ? -1.5f : 0.2f;
    a.beta = operation == CLIP ? 3.25f : 0.5f;
    uint8_t *expected = slot(SLOT_EXPECTED, out_bytes, 0);
    memset(expected, 0x44, out_bytes);
    for (int32_t y = 0; y < a.height; y++)
      for (int32_t x = 0; x < a.width; x++)
        for (int32_t i = 0; i < a.channels; i++)
          define(&a, operation, i, input + y * a.input_row + x * a.input_pixel + i * in, expected + y * a.output_row + x * a.output_pixel + i * out);
    int32_t cuts[4];
    random_cuts(a.height, cuts);
    FOR_KERNELS(t, operations[operation], &a) {
      a.output = slot(SLOT_OUTPUT, out_bytes, 0);
      memset(a.output, 0x44, out_bytes);
      for (int32_t i = 0; i < 3; i++) t->run.rows(&a, cuts[i], cuts[i + 1]);
      check(out == 4 ? same_floats(names[operation], t->name, (const float *)(void *)expected, a.output, out_bytes / 4)
                     : same_bytes(names[operation], t->name, expected, a.output, out_bytes),
            names[operation], t->name);
      if (!counts(t)) continue;
      if (out == 4)
        checksum_add_floats(a.output, out_bytes / 4);
      else
        checksum_add(a.output, out_bytes);
    }
  }
}

/// Channel tables on more pixels, with gaps or without, also in place. Not in the checksum, which is older.
void test_channel_table(void) {
  facet_unary a = {.height = random_int(1, 8), .width = random_int(1, 40), .channels = random_int(1, 70), .stored_unsigned = one_in(2)};
  const int32_t in_place = one_in(3), dense = one_in(2);
  a.input_pixel = a.channels + (dense ? 0 : random_int(0, 9));
  a.input_row = a.width * a.input_pixel + (dense ? 0 : random_int(0, 9));
  a.output_pixel = in_place ? a.input_pixel : a.channels + (dense ? 0 : random_int(0, 9));
  a.output_row = in_place ? a.input_row : a.width * a.output_pixel + (dense ? 0 : random_int(0, 9));
  const size_t in_bytes = (size_t)((a.height - 1) * a.input_row + (a.width - 1) * a.input_pixel + a.channels);
  const size_t out_bytes = (size_t)((a.height - 1) * a.output_row + (a.width - 1) * a.output_pixel + a.channels);
  uint8_t *input = slot(SLOT_INPUT, in_bytes, FACET_OVERREAD), *table = slot(SLOT_WEIGHTS, (size_t)(256 * a.channels), 0);
  random_bytes(table, (size_t)(256 * a.channels), 0);
  random_bytes(input, in_bytes, 0);
  a.input = input;
  a.table = table;
  uint8_t *expected = slot(SLOT_EXPECTED, out_bytes, 0);
  memset(expected, 0x44, out_bytes);
  if (in_place) memcpy(expected, input, out_bytes);
  for (int32_t y = 0; y < a.height; y++)
    for (int32_t x = 0; x < a.width; x++)
      for (int32_t i = 0; i < a.channels; i++)
        define(&a, CHANNEL_TABLE, i, input + y * a.input_row + x * a.input_pixel + i, expected + y * a.output_row + x * a.output_pixel + i);
  int32_t cuts[4];
  random_cuts(a.height, cuts);
  FOR_KERNELS(t, FACET_CHANNEL_TABLE_S8, &a) {
    a.output = slot(SLOT_OUTPUT, out_bytes, in_place ? FACET_OVERREAD : 0);
    memset(a.output, 0x44, out_bytes);
    if (in_place) a.input = memcpy(a.output, input, out_bytes);
    for (int32_t i = 0; i < 3; i++) t->run.rows(&a, cuts[i], cuts[i + 1]);
    check(same_bytes("channel_table_s8", t->name, expected, a.output, out_bytes), "channel_table_s8", t->name);
  }
}

/// Numbers as two int8 images, one below the other or side by side in the channels. Not in the checksum, which is older.
void test_split(void) {
  facet_unary a = {.height = random_int(1, 5), .width = random_int(1, 7), .channels = random_int(1, 70), .stored_unsigned = one_in(2)};
  static const float ratios[] = {254, 16, 12, 1};
  const int32_t dense = one_in(2), shift = a.stored_unsigned ? 128 : 0, below = one_in(3), zero = below || one_in(4) ? 0 : random_int(-119, 119);
  a.input_pixel = 4 * (a.channels + (dense ? 0 : random_int(0, 9)));
  a.input_row = a.width * a.input_pixel + (dense ? 0 : 4 * random_int(0, 9));
  a.output_pixel = (below ? 1 : 2) * a.channels + (dense ? 0 : random_int(0, 9));
  a.output_row = a.width * a.output_pixel + (dense ? 0 : random_int(0, 9));
  a.output_zero = zero + shift;
  a.scale = (float)random_int(1, 1000) * 0x1p-7f;
  a.alpha = ratios[below && one_in(2) ? 0 : random_int(0, 3)];
  a.low_part = below ? a.height * a.output_row : a.channels;
  const size_t in_bytes = (size_t)(a.height * a.input_row), out_bytes = (size_t)((below ? 2 : 1) * a.height * a.output_row);
  float *input = slot(SLOT_INPUT, in_bytes, FACET_OVERREAD);
  const float limit = one_in(4) ? 1e30f : 260.0f / a.scale;
  for (size_t i = 0; i < in_bytes / 4; i++) input[i] = one_in(40) ? __builtin_nanf("") : one_in(40) ? __builtin_inff() : random_float(limit);
  a.input = input;
  uint8_t *expected = slot(SLOT_EXPECTED, out_bytes, 0);
  memset(expected, 0x44, out_bytes);
  for (int32_t y = 0; y < a.height; y++)
    for (int32_t x = 0; x < a.width; x++)
      for (int32_t i = 0; i < a.channels; i++) {
        const float v = input[y * a.input_row / 4 + x * a.input_pixel / 4 + i], p = v != v ? 0.0f : product(v, a.scale);
        const int32_t high = defined_requantize(p, zero, -127, 127);
        const int32_t low = defined_requantize(product(p - (float)(high - zero), a.alpha), zero, -127, 127);
        uint8_t *to = expected + y * a.output_row + x * a.output_pixel + i;
        to[0] = (uint8_t)(high + shift);
        to[a.low_part] = (uint8_t)(low + shift);
      }
  int32_t cuts[4];
  random_cuts(a.height, cuts);
  FOR_KERNELS(t, FACET_SPLIT_F32, &a) {
    a.output = slot(SLOT_OUTPUT, out_bytes, 0);
    memset(a.output, 0x44, out_bytes);
    for (int32_t i = 0; i < 3; i++) t->run.rows(&a, cuts[i], cuts[i + 1]);
    check(same_bytes("split_f32", t->name, expected, a.output, out_bytes), "split_f32", t->name);
  }
}
