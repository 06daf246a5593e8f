#include "support.h"
#include <math.h>

/// Normalization against the definition, element by element.
typedef struct {
  facet_normalization a;
  int32_t quantized, planes, in_size, out_size;
  size_t output_bytes;
} normalization_case;

static normalization_case random_normalization(int32_t quantized, int32_t planes) {
  normalization_case k = {.quantized = quantized, .planes = planes};
  facet_normalization *a = &k.a;
  a->groups = one_in(2) ? 1 : random_int(1, one_in(4) ? 90 : 9);
  const int32_t channels = one_in(4) ? 1 : one_in(3) ? random_int(1, 150) : random_int(1, 24);
  a->channels = a->groups * channels > 600 ? (a->groups = 1, channels) : a->groups * channels;
  a->height = random_int(1, 6);
  a->width = one_in(8) ? random_int(1, 60) : random_int(1, 7);
  a->share_groups = random_int(1, 5);
  a->root_mean_square = one_in(3);
  a->stored_unsigned = quantized && one_in(2);
  a->float_output = !quantized || one_in(3);
  const int32_t shift = a->stored_unsigned ? 128 : 0;
  a->input_zero = random_zero() + shift;
  a->zero = random_zero() + shift;
  a->low = (one_in(2) ? -128 : random_int(-128, 127)) + shift;
  a->high = one_in(2) ? 127 + shift : random_int(a->low, 127 + shift);
  a->scale = quantized ? (float)random_int(1, 1000) * 0x1p-10f : 1.0f;
  a->epsilon = one_in(4) ? 1e-12f : one_in(3) ? 0.5f : 1e-5f;
  a->low_f = one_in(2) ? -(float)INFINITY : -0.5f;
  a->high_f = one_in(2) ? (float)INFINITY : 0.75f;
  float *gamma = slot(SLOT_MULTIPLIER, (size_t)a->channels * 4, 0), *beta = slot(SLOT_SCORES_MULTIPLIER, (size_t)a->channels * 4, 0);
  const float magnitude = a->float_output ? 2.0f : 60.0f;
  for (int32_t i = 0; i < a->channels; i++) gamma[i] = random_float(magnitude), beta[i] = random_float(magnitude);
  a->gamma = gamma, a->beta = beta;

  k.in_size = quantized ? 1 : 4, k.out_size = a->float_output ? 4 : 1;
  a->input_pixel = (a->channels + random_int(0, 5)) * k.in_size;
  a->input_row = a->input_pixel * a->width + random_int(0, 9) * k.in_size;
  a->output_pixel = (a->channels + random_int(0, 5)) * k.out_size;
  a->output_row = a->output_pixel * a->width + random_int(0, 9) * k.out_size;
  const size_t size = (size_t)((a->height - 1) * a->input_row + (a->width - 1) * a->input_pixel + a->channels * k.in_size);
  k.output_bytes = (size_t)((a->height - 1) * a->output_row + (a->width - 1) * a->output_pixel + a->channels * k.out_size);
  uint8_t *input = slot(SLOT_INPUT, size, FACET_OVERREAD);
  const reals kind = random_reals();
  if (quantized)
    random_bytes(input, size, 0);
  else
    for (size_t i = 0; i < size / 4; i++) ((float *)(void *)input)[i] = random_real(kind, 10.0f);
  a->input = input;
  return k;
}

static double element(const normalization_case *k, int32_t y, int32_t x, int32_t c) {
  const facet_normalization *a = &k->a;
  const uint8_t *p = (const uint8_t *)a->input + y * a->input_row + x * a->input_pixel + c * k->in_size;
  if (k->quantized) return (double)((a->stored_unsigned ? *p : (int8_t)*p) - a->input_zero);
  float v;
  memcpy(&v, p, 4);
  return (double)v;
}

/// Of the group that holds channel `c` of pixel (y, x): its mean and what its elements are multiplied with.
static void statistics(const normalization_case *k, int32_t y, int32_t x, int32_t c, float *mean, float *factor) {
  const facet_normalization *a = &k->a;
  const int32_t size = a->channels / a->groups, first = c / size * size;
  const int32_t y0 = k->planes ? 0 : y, y1 = k->planes ? a->height : y + 1, x0 = k->planes ? 0 : x, x1 = k->planes ? a->width : x + 1;
  const double n = (double)size * (y1 - y0) * (x1 - x0);
  double m = 0, variance = 0;
  if (k->quantized) {
    int64_t s1 = 0, s2 = 0;
    for (int32_t py = y0; py < y1; py++)
      for (int32_t px = x0; px < x1; px++)
        for (int32_t i = first; i < first + size; i++) {
          const int64_t v = (int64_t)element(k, py, px, i);
          s1 += v, s2 += v * v;
        }
    const double s = a->scale;
    const int64_t count = (int64_t)n;
    if (!a->root_mean_square) m = (double)s1 / n;
    variance = a->root_mean_square ? s * s * (double)s2 / n : s * s * (double)(count * s2 - s1 * s1) / (n * n);
    *factor = (float)(s / sqrt(variance + (double)a->epsilon));
  } else {
    for (int32_t pass = a->root_mean_square; pass < 2; pass++) {
      double t[16] = {0};
      int32_t at = 0;
      for (int32_t py = y0; py < y1; py++)
        for (int32_t px = x0; px < x1; px++)
          for (int32_t i = first; i < first + size; i++, at++) {
            const double d = element(k, py, px, i) - m;
            t[at % 16] += pass ? d * d : d;
          }
      for (int32_t step = 8; step; step /= 2)
        for (int32_t j = 0; j < step; j++) t[j] += t[j + step];
      if (pass)
        variance = t[0] / n;
      else
        m = t[0] / n;
    }
    *factor = (float)(1.0 / sqrt(variance + (double)a->epsilon));
  }
  *mean = (float)m;
}

void test_normalization(int32_t quantized, int32_t planes) {
  static const char *const names[2][2] = {{"normalize_pixels_f32", "normalize_planes_f32"}, {"normalize_pixels_s8", "normalize_planes_s8"}};
  static const facet_operation operations[2][2] = {{FACET_NORMALIZE_PIXELS_F32, FACET_NORMALIZE_PLANES_F32},
                                                   {FACET_NORMALIZE_PIXELS_S8, FACET_NORMALIZE_PLANES_S8}};
  normalization_case k = random_normalization(quantized, planes);
  const char *name = names[quantized][planes];
  uint8_t *expected = slot(SLOT_EXPECTED, k.output_bytes, 0);
  memset(expected, 0x44, k.output_bytes);
  const int32_t size = k.a.channels / k.a.groups;
  for (int32_t y = 0; y < k.a.height; y++)
    for (int32_t x = 0; x < k.a.width; x++)
      for (int32_t c = 0; c < k.a.channels; c++) {
        static float mean, factor;
        static float of_groups[2][600];
        if (!planes || (y == 0 && x == 0)) {
          if (c % size == 0) statistics(&k, y, x, c, &mean, &factor);
          of_groups[0][c] = mean, of_groups[1][c] = factor;
        }
        const float v = (float)element(&k, y, x, c), t = product(sum(v, -of_groups[0][c]), of_groups[1][c]);
        float p = sum(product(t, k.a.gamma[c]), k.a.beta[c]);
        uint8_t *to = expected + y * k.a.output_row + x * k.a.output_pixel + c * k.out_size;
        if (k.out_size == 4) {
          p = p < k.a.low_f ? k.a.low_f : p > k.a.high_f ? k.a.high_f : p;
          memcpy(to, &p, 4);
        } else {
          *to = (uint8_t)defined_requantize(p, k.a.zero, k.a.low, k.a.high);
        }
      }
  const int32_t shares = planes ? (k.a.groups + k.a.share_groups - 1) / k.a.share_groups : k.a.height;
  int32_t cuts[4];
  random_cuts(shares, cuts);
  FOR_KERNELS(t, operations[quantized][planes], &k.a) {
    facet_normalization a = k.a;
    a.output = slot(SLOT_OUTPUT, k.output_bytes, 0);
    memset(a.output, 0x44, k.output_bytes);
    for (int32_t i = 0; i < 3; i++) t->run.rows(&a, cuts[i], cuts[i + 1]);
    check(k.out_size == 4 ? same_floats(name, t->name, (const float *)(void *)expected, a.output, k.output_bytes / 4)
                          : same_bytes(name, t->name, expected, a.output, k.output_bytes),
          name, t->name);
    if (!counts(t)) continue;
    if (k.out_size == 4)
      checksum_add_floats(a.output, k.output_bytes / 4);
    else
      checksum_add(a.output, k.output_bytes);
  }
}
