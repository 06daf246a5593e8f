#include "support.h"

/// What only moves elements: reshape, and the network's input.

static void test_reshape(void) {
  static const int32_t factors[] = {1, 2, 3, 4, 6};
  const int32_t f[4] = {factors[random_int(0, 4)], factors[random_int(0, 4)], factors[random_int(0, 4)], factors[random_int(0, 4)]};
  const int32_t e = one_in(2) ? 1 : 4;
  facet_reshape a = {.in_channels = f[0] * f[1],
                     .in_height = f[2],
                     .in_width = f[3],
                     .out_channels = f[3],
                     .out_height = f[1] * f[2],
                     .out_width = f[0],
                     .element_size = e};
  switch (random_int(0, 9)) {
  case 0: a.out_channels = f[0] * f[1] * f[2] * f[3], a.out_height = a.out_width = 1; break; // flatten
  case 1: a.in_channels = f[0] * f[1] * f[2] * f[3], a.in_height = a.in_width = 1; break;
  case 2: a.out_channels = a.in_channels, a.out_height = a.in_height, a.out_width = a.in_width; break; // as they are
  case 3: a.out_channels = a.in_channels, a.out_height = a.in_width, a.out_width = a.in_height; break; // other rows
  case 4: // more than a block each way
    a.in_channels = random_int(1, 40), a.in_height = random_int(1, 2), a.in_width = random_int(1, 150);
    a.out_channels = a.in_channels * a.in_height * a.in_width, a.out_height = a.out_width = 1;
    break;
  case 5:
    a.out_channels = random_int(1, 40), a.out_height = random_int(1, 2), a.out_width = random_int(1, 150);
    a.in_channels = a.out_channels * a.out_height * a.out_width, a.in_height = a.in_width = 1;
    break;
  case 6: // planes one below the other
  case 7:
    a.in_channels = random_int(1, 20), a.in_height = random_int(1, 3), a.in_width = random_int(1, 90);
    a.out_channels = 1, a.out_height = a.in_channels * a.in_height, a.out_width = a.in_width;
    break;
  default: break;
  }
  a.input_pixel = (a.in_channels + random_int(0, 3)) * e;
  a.input_row = a.input_pixel * a.in_width + random_int(0, 3) * e;
  a.output_pixel = (a.out_channels + random_int(0, 3)) * e;
  a.output_row = a.output_pixel * a.out_width + random_int(0, 3) * e;
  if (one_in(2)) a.output_pixel = a.out_channels * e, a.output_row = a.output_pixel * a.out_width;
  if (a.out_channels == 1 && one_in(3)) { // the other way round
    const facet_reshape b = a;
    a.in_channels = 1, a.in_height = b.out_height, a.in_width = b.out_width, a.input_pixel = e, a.input_row = e * a.in_width;
    a.out_channels = b.in_channels, a.out_height = b.in_height, a.out_width = b.in_width, a.output_pixel = b.input_pixel, a.output_row = b.input_row;
  }
  const size_t in_bytes = (size_t)((a.in_height - 1) * a.input_row + (a.in_width - 1) * a.input_pixel + a.in_channels * e);
  const size_t out_bytes = (size_t)((a.out_height - 1) * a.output_row + (a.out_width - 1) * a.output_pixel + a.out_channels * e);
  uint8_t *input = slot(SLOT_INPUT, in_bytes, FACET_OVERREAD), *expected = slot(SLOT_EXPECTED, out_bytes, 0);
  random_bytes(input, in_bytes, 0);
  memset(expected, 0x22, out_bytes);
  const int32_t in_plane = a.in_height * a.in_width, out_plane = a.out_height * a.out_width;
  for (int32_t i = 0; i < in_plane * a.in_channels; i++) {
    const int32_t c = i / in_plane, y = i % in_plane / a.in_width, x = i % a.in_width;
    const int32_t oc = i / out_plane, oy = i % out_plane / a.out_width, ox = i % a.out_width;
    memcpy(expected + oy * a.output_row + ox * a.output_pixel + oc * e, input + y * a.input_row + x * a.input_pixel + c * e, (size_t)e);
  }
  a.input = input;
  FOR_KERNELS(t, FACET_RESHAPE, &a) {
    a.output = slot(SLOT_OUTPUT, out_bytes, 0);
    memset(a.output, 0x22, out_bytes);
    t->run.whole(&a);
    check(same_bytes("reshape", t->name, expected, a.output, out_bytes), "reshape", t->name);
  }
}

static void test_gather(int32_t pixels, int32_t quantized) {
  const int32_t e = quantized ? 1 : 4, in = pixels ? 1 : 4;
  facet_gather a = {
      .height = random_int(1, 5), .width = random_int(1, 40), .channels = one_in(2) ? 3 : random_int(1, 5), .stored_unsigned = one_in(2)};
  const int32_t shift = a.stored_unsigned ? 128 : 0, zero = random_zero();
  a.zero = zero + shift;
  a.multiplier = (float)random_int(1, 2000) * 0x1p-5f;
  a.offset = !pixels && quantized && one_in(3) ? random_float(1.0f) : 0.0f;
  a.output_pixel = (a.channels + random_int(0, 2)) * e;
  a.output_row = a.output_pixel * (a.width + random_int(0, 3));
  const size_t out_bytes = (size_t)((a.height - 1) * a.output_row + (a.width - 1) * a.output_pixel + a.channels * e);
  const int32_t plane = a.height * a.width;
  uint8_t *input = slot(SLOT_INPUT, (size_t)(plane * a.channels * in), 0), *table = slot(SLOT_WEIGHTS, (size_t)(a.channels * 256 * e), 0);
  for (int32_t i = 0; i < plane * a.channels; i++) {
    float v = one_in(30) ? __builtin_nanf("") : one_in(30) ? 3e38f : random_float(5.0f);
    if (pixels)
      input[i] = (uint8_t)random_int(0, 255);
    else
      memcpy(input + 4 * i, &v, 4);
  }
  for (int32_t i = 0; i < a.channels * 256; i++) {
    const float v = random_float(3.0f);
    if (quantized)
      table[i] = (uint8_t)random_int(0, 255);
    else
      memcpy(table + 4 * i, &v, 4);
  }
  a.input = input;
  a.table = table;
  uint8_t *expected = slot(SLOT_EXPECTED, out_bytes, 0);
  memset(expected, 0x11, out_bytes);
  for (int32_t p = 0; p < plane; p++)
    for (int32_t c = 0; c < a.channels; c++) {
      uint8_t *to = expected + p / a.width * a.output_row + p % a.width * a.output_pixel + c * e;
      if (pixels) {
        const int32_t entry = c * 256 + input[p * a.channels + c];
        if (quantized)
          *to = (uint8_t)(table[entry] - 128 + shift);
        else
          memcpy(to, table + 4 * entry, 4);
      } else {
        float v;
        memcpy(&v, input + 4 * (c * plane + p), 4);
        if (quantized)
          *to = (uint8_t)((v != v ? zero : defined_requantize(sum(product(v, a.multiplier), a.offset), zero, -128, 127)) + shift);
        else
          memcpy(to, &v, 4);
      }
    }
  const char *name = pixels ? quantized ? "gather_u8_s8" : "gather_u8_f32" : quantized ? "gather_f32_s8" : "gather_f32_f32";
  static const facet_operation operations[2][2] = {{FACET_GATHER_F32_F32, FACET_GATHER_F32_S8}, {FACET_GATHER_U8_F32, FACET_GATHER_U8_S8}};
  const int32_t split = random_int(0, a.height);
  FOR_KERNELS(t, operations[pixels][quantized], &a) {
    a.output = slot(SLOT_OUTPUT, out_bytes, 0);
    memset(a.output, 0x11, out_bytes);
    t->run.rows(&a, split, a.height);
    t->run.rows(&a, 0, split);
    check(same_bytes(name, t->name, expected, a.output, out_bytes), name, t->name);
    if (counts(t) && quantized) checksum_add(a.output, out_bytes);
    if (counts(t) && !quantized) checksum_add_floats(a.output, out_bytes / 4);
  }
}

/// Pixels less a mean image, against the definition in single steps.
static void test_gather_mean(int32_t quantized) {
  const int32_t e = quantized ? 1 : 4;
  facet_gather a = {.height = random_int(1, 5), .width = random_int(1, 40), .channels = one_in(2) ? 3 : 1, .stored_unsigned = one_in(2)};
  const int32_t shift = a.stored_unsigned ? 128 : 0, zero = random_zero(), count = a.height * a.width * a.channels;
  a.zero = zero + shift;
  a.output_pixel = (a.channels + random_int(0, 2)) * e;
  a.output_row = a.output_pixel * (a.width + random_int(0, 3));
  const size_t out_bytes = (size_t)((a.height - 1) * a.output_row + (a.width - 1) * a.output_pixel + a.channels * e);
  uint8_t *input = slot(SLOT_INPUT, (size_t)count, 0);
  float *factors = (float *)slot(SLOT_WEIGHTS, 4 * (size_t)a.channels, 0), *means = (float *)slot(SLOT_B, 4 * (size_t)count, 0);
  for (int32_t i = 0; i < a.channels; i++) factors[i] = random_float(2.0f);
  for (int32_t i = 0; i < count; i++) {
    input[i] = (uint8_t)random_int(0, 255);
    means[i] = one_in(20) ? 3e38f : random_float(300.0f);
  }
  a.input = input;
  a.factors = factors;
  a.means = means;
  uint8_t *expected = slot(SLOT_EXPECTED, out_bytes, 0);
  memset(expected, 0x11, out_bytes);
  for (int32_t i = 0; i < count; i++) {
    const int32_t c = i % a.channels, p = i / a.channels;
    uint8_t *to = expected + p / a.width * a.output_row + p % a.width * a.output_pixel + c * e;
    const float v = product((float)input[i], factors[c]) - means[i];
    if (quantized)
      *to = (uint8_t)(defined_requantize(v, zero, -128, 127) + shift);
    else
      memcpy(to, &v, 4);
  }
  const char *name = quantized ? "gather_mean_s8" : "gather_mean_f32";
  const int32_t split = random_int(0, a.height);
  FOR_KERNELS(t, quantized ? FACET_GATHER_MEAN_S8 : FACET_GATHER_MEAN_F32, &a) {
    a.output = slot(SLOT_OUTPUT, out_bytes, 0);
    memset(a.output, 0x11, out_bytes);
    t->run.rows(&a, split, a.height);
    t->run.rows(&a, 0, split);
    check(same_bytes(name, t->name, expected, a.output, out_bytes), name, t->name);
    if (counts(t) && quantized) checksum_add(a.output, out_bytes);
    if (counts(t) && !quantized) checksum_add_floats(a.output, out_bytes / 4);
  }
}

void test_layout(void) {
  test_reshape();
  test_gather_mean(one_in(2));
  for (int32_t i = 0; i < 4; i++) test_gather(i & 1, i >> 1);
}
