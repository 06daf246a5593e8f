#include "support.h"

/// Max and average pooling against the definition, which walks over positions instead of taps.
typedef struct {
  facet_pool a;
  int32_t e, average, in_zero, zero, low, high;
  size_t output_bytes, scores_bytes;
} pool_case;

static pool_case random_pool(int32_t quantized, int32_t average) {
  pool_case k = {.e = quantized ? 1 : 4, .average = average};
  facet_pool *a = &k.a;
  a->channels = one_in(3) ? random_int(1, 200) : random_int(1, 40);
  const int32_t global = one_in(5);
  a->in_height = random_int(1, 9);
  a->in_width = random_int(1, 9);
  a->kernel_h = global ? a->in_height : random_int(1, 4);
  a->kernel_w = global ? a->in_width : random_int(1, 4);
  a->stride_y = random_int(1, 3);
  a->stride_x = random_int(1, 3);
  a->dilation_y = one_in(4) ? random_int(2, 3) : 1;
  a->dilation_x = one_in(4) ? random_int(2, 3) : 1;
  if (!global) {
    a->pad_top = random_int(0, a->kernel_h - 1);
    a->pad_left = random_int(0, a->kernel_w - 1);
    a->pad_bottom = random_int(0, a->kernel_h - 1);
    a->pad_right = random_int(0, a->kernel_w - 1);
  }
  // the last window may reach beyond the padding (ceil mode), but starts inside
  a->out_height = global ? 1 : (a->in_height + a->pad_top - 1) / a->stride_y + 1;
  a->out_width = global ? 1 : (a->in_width + a->pad_left - 1) / a->stride_x + 1;
  a->count_include_pad = one_in(2);
  a->stored_unsigned = quantized && one_in(2);
  const int32_t shift = a->stored_unsigned ? 128 : 0;
  k.in_zero = random_zero();
  k.zero = random_zero();
  k.low = one_in(2) ? -128 : random_int(-128, 127);
  k.high = one_in(2) ? 127 : random_int(k.low, 127);
  a->input_zero = k.in_zero + shift, a->zero = k.zero + shift, a->low = k.low + shift, a->high = k.high + shift;
  a->one_multiplier = one_in(4);
  const int32_t entries = a->one_multiplier ? 1 : a->kernel_h * a->kernel_w;
  float *m = slot(SLOT_MULTIPLIER, (size_t)entries * 4, 0), *s = slot(SLOT_SCORES_MULTIPLIER, (size_t)entries * 4, 0);
  for (int32_t i = 0; i < entries; i++) {
    m[i] = (float)random_int(1, 2000) * 0x1p-10f / (float)(i + 1);
    s[i] = (float)random_int(1, 2000) * 0x1p-14f / (float)(i + 1);
  }
  a->multiplier = m, a->scores_multiplier = s;

  a->input_pixel = (a->channels + random_int(0, 5)) * k.e;
  a->input_row = a->input_pixel * a->in_width + random_int(0, 9) * k.e;
  const size_t size = (size_t)((a->in_height - 1) * a->input_row + (a->in_width - 1) * a->input_pixel + a->channels * k.e);
  uint8_t *input = slot(SLOT_INPUT, size, FACET_OVERREAD);
  const reals kind = quantized ? REALS_PLAIN : random_reals();
  if (quantized)
    random_bytes(input, size, 0);
  else
    for (size_t i = 0; i < size / 4; i++) ((float *)(void *)input)[i] = random_real(kind, 10.0f);
  a->input = input;
  a->output_pixel = (a->channels + random_int(0, 5)) * k.e;
  a->output_row = a->output_pixel * a->out_width + random_int(0, 9) * k.e;
  k.output_bytes = (size_t)((a->out_height - 1) * a->output_row + (a->out_width - 1) * a->output_pixel + a->channels * k.e);
  a->scores_pixel = 4 * (a->channels + random_int(0, 5));
  a->scores_row = a->scores_pixel * a->out_width;
  k.scores_bytes = (size_t)((a->out_height - 1) * a->scores_row + (a->out_width - 1) * a->scores_pixel + a->channels * 4);
  return k;
}

/// One channel of one output position.
static void define(const pool_case *k, int32_t y, int32_t x, int32_t i, uint8_t *output, float *score) {
  const facet_pool *a = &k->a;
  const int32_t shift = a->stored_unsigned ? 128 : 0;
  int32_t n = 0, total = 0, best = -128;
  float total_f = 0, best_f = -__builtin_inff();
  for (int32_t py = 0; py < a->in_height + a->pad_top + a->pad_bottom; py++)
    for (int32_t px = 0; px < a->in_width + a->pad_left + a->pad_right; px++) {
      const int32_t dy = py - y * a->stride_y, dx = px - x * a->stride_x;
      if (dy < 0 || dx < 0 || dy % a->dilation_y || dx % a->dilation_x || dy / a->dilation_y >= a->kernel_h || dx / a->dilation_x >= a->kernel_w)
        continue;
      const int32_t iy = py - a->pad_top, ix = px - a->pad_left;
      const int32_t inside = iy >= 0 && ix >= 0 && iy < a->in_height && ix < a->in_width;
      n += inside || a->count_include_pad;
      if (!inside) continue;
      const uint8_t *p = (const uint8_t *)a->input + iy * a->input_row + ix * a->input_pixel + i * k->e;
      if (k->e == 1) {
        const int32_t q = (int8_t)(uint8_t)(*p - shift);
        total += q - k->in_zero;
        if (q > best) best = q;
      } else {
        float v;
        memcpy(&v, p, 4);
        total_f = sum(total_f, v);
        if (v > best_f) best_f = v;
      }
    }
  const int32_t index = a->one_multiplier || n == 0 ? 0 : n - 1;
  if (k->e == 4) {
    const float v = k->average ? (float)((double)total_f / (double)(n ? n : 1)) : best_f;
    memcpy(output, &v, 4);
  } else if (k->average) {
    *score = product((float)total, a->scores_multiplier[index]);
    *output = (uint8_t)(defined_requantize(product((float)total, a->multiplier[index]), k->zero, k->low, k->high) + shift);
  } else {
    *output = (uint8_t)(best + shift);
  }
}

void test_pool(int32_t quantized, int32_t average) {
  pool_case k = random_pool(quantized, average);
  const int32_t with_scores = quantized && average && one_in(2), with_output = !with_scores || one_in(2);
  uint8_t *expected = slot(SLOT_EXPECTED, k.output_bytes, 0), *expected_scores = slot(SLOT_EXPECTED_SCORES, k.scores_bytes, 0);
  memset(expected, 0x77, k.output_bytes);
  memset(expected_scores, 0x77, k.scores_bytes);
  for (int32_t y = 0; y < k.a.out_height; y++)
    for (int32_t x = 0; x < k.a.out_width; x++)
      for (int32_t i = 0; i < k.a.channels; i++) {
        uint8_t bytes[4];
        float score = 0;
        define(&k, y, x, i, bytes, &score);
        if (with_output) memcpy(expected + y * k.a.output_row + x * k.a.output_pixel + i * k.e, bytes, (size_t)k.e);
        if (with_scores) memcpy(expected_scores + y * k.a.scores_row + x * k.a.scores_pixel + i * 4, &score, 4);
      }
  int32_t cuts[4];
  random_cuts(k.a.out_height, cuts);
  static const facet_operation operations[2][2] = {{FACET_MAX_POOL_F32, FACET_AVERAGE_POOL_F32}, {FACET_MAX_POOL_S8, FACET_AVERAGE_POOL_S8}};
  k.a.scores = with_scores ? (float *)(void *)expected_scores : NULL;
  FOR_KERNELS(t, operations[quantized][average], &k.a) {
    uint8_t *output = slot(SLOT_OUTPUT, k.output_bytes, 0), *scores = slot(SLOT_SCORES, k.scores_bytes, 0);
    memset(output, 0x77, k.output_bytes);
    memset(scores, 0x77, k.scores_bytes);
    facet_pool a = k.a;
    a.output = with_output ? output : NULL;
    a.scores = with_scores ? (float *)(void *)scores : NULL;
    for (int32_t i = 0; i < 3; i++) t->run.rows(&a, cuts[i], cuts[i + 1]);
    const char *name = quantized ? average ? "average_pool_s8" : "max_pool_s8" : average ? "average_pool_f32" : "max_pool_f32";
    const int32_t ok = quantized ? same_bytes(name, t->name, expected, output, k.output_bytes)
                                 : same_floats(name, t->name, (const float *)(void *)expected, (const float *)(void *)output, k.output_bytes / 4);
    check(same_bytes("its scores", t->name, expected_scores, scores, k.scores_bytes) && ok, name, t->name);
    if (counts(t)) {
      if (quantized)
        checksum_add(output, k.output_bytes);
      else
        checksum_add_floats((const float *)(void *)output, k.output_bytes / 4);
      checksum_add(scores, k.scores_bytes);
    }
  }
}
