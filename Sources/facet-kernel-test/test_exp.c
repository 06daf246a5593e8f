#include "exp_table.h"
#include "support.h"

#include "../FacetKernels/facet_exp_f32.h"

static void run(const facet_level *t, facet_operation operation, const facet_unary *a, int32_t height) {
  find_kernel(operation, t->features, a)->run.rows(a, 0, height);
}

static float softmax_of_two(const facet_level *t, float x, float *other) {
  float v[2] = {x, 0.0f};
  const facet_unary a = {.input = v, .output = v, .height = 1, .width = 1, .channels = 2};
  run(t, FACET_SOFTMAX_F32, &a, 1);
  *other = v[1];
  return v[0];
}

static float sigmoid(const facet_level *t, float x) {
  const facet_unary a = {.input = &x, .output = &x, .height = 1, .width = 1, .channels = 1};
  run(t, FACET_SIGMOID_F32, &a, 1);
  return x;
}

/// The softmax of (x, 0) with x <= 0 is (e^x, 1) / (e^x + 1): its quotient gives e^x back to within the roundings of a sum and three
/// divisions. Sigmoid has the same values.
static void test_table(const facet_level *t) {
  int32_t ok = 1;
  for (size_t i = 0; i < sizeof exp_table / sizeof exp_table[0]; i++) {
    const double x = exp_table[i].x, e = exp_table[i].e;
    if (x > 0) continue;
    float other;
    const double p = softmax_of_two(t, (float)x, &other), s = sigmoid(t, (float)x), complement = sigmoid(t, (float)-x);
    const double expected = e / (1 + e), ulp = 0x1p-23;
    const int32_t good = p >= expected * (1 - 2 * ulp) && p <= expected * (1 + 2 * ulp) && s >= expected * (1 - 2 * ulp) &&
                         s <= expected * (1 + 2 * ulp) && (double)other >= (1 - ulp) / (1 + e) * (1 - ulp) &&
                         (double)other <= (1 + 2 * ulp) / (1 + e) && complement >= (1 - 2 * ulp) / (1 + e) && complement <= (1 + 2 * ulp) / (1 + e);
    if (!good && ok) fprintf(stderr, "exp, %s: x %a softmax %a sigmoid %a complement %a expected %a\n", t->name, x, p, s, complement, expected);
    ok = ok && good;
  }
  check(ok, "softmax and sigmoid within two units of the last place", t->name);
  float zero;
  const float below = softmax_of_two(t, -87.5f, &zero);
  check(below == 0.0f && zero == 1.0f, "softmax of inputs below -87 is zero", t->name);
  check(sigmoid(t, -200.0f) == 0.0f && sigmoid(t, 200.0f) == 1.0f && sigmoid(t, 0.0f) == 0.5f, "sigmoid saturates", t->name);
}

/// One unit in the last place of the binary32 number nearest to a positive `v`.
static double unit_in_last_place(double v) {
  double unit = 0x1p-149;
  while (unit * 0x1p24 <= v) unit *= 2;
  return unit;
}

static void test_exp_itself(void) {
  double worst = 0;
  for (size_t i = 0; i < sizeof exp_table / sizeof exp_table[0]; i++) {
    const float got = facet_exp_f32((float)exp_table[i].x);
    const double error = ((double)got - exp_table[i].e) / unit_in_last_place(exp_table[i].e), size = error < 0 ? -error : error;
    worst = size > worst ? size : worst;
    checksum_add(&got, sizeof got);
  }
  if (worst > 1.2) fprintf(stderr, "exp is wrong by %.3f units in the last place\n", worst);
  check(worst <= 1.2, "exp is within 1.2 units in the last place", "all");
  check(facet_exp_f32(-87.01f) == 0 && facet_exp_f32(-1e30f) == 0 && facet_exp_f32(1e30f) == facet_exp_f32(88.0f), "exp ends as specified", "all");
}

/// Softmax and sigmoid have the same bits in all kernels, and on all CPUs, whatever the numbers are.
static void test_extremes(float *input, size_t count, ptrdiff_t row, ptrdiff_t pixel, int32_t height, int32_t width, int32_t channels) {
  const reals kind = random_reals();
  if (kind != REALS_PLAIN)
    for (size_t i = 0; i < count; i++) input[i] = random_real(kind, 5.0f);
  facet_unary a = {.input = input, .input_row = row, .input_pixel = pixel, .output_row = row, .output_pixel = pixel};
  a.height = height, a.width = width, a.channels = channels;
  for (int32_t softmax = 0; softmax < 2; softmax++) {
    const facet_operation operation = softmax ? FACET_SOFTMAX_F32 : FACET_SIGMOID_F32;
    float *expected = slot(SLOT_EXPECTED, count * 4, 0);
    memset(expected, 0x11, count * 4);
    a.output = expected;
    find_kernel(operation, 0, &a)->run.rows(&a, 0, height);
    FOR_KERNELS(k, operation, &a) {
      a.output = slot(SLOT_OUTPUT, count * 4, 0);
      memset(a.output, 0x11, count * 4);
      k->run.rows(&a, 0, height);
      const char *name = softmax ? "softmax_f32" : "sigmoid_f32";
      check(same_floats(name, k->name, expected, a.output, count), name, k->name);
      if (counts(k)) checksum_add_floats(a.output, count);
    }
  }
}

static void test_random(void) {
  const int32_t height = random_int(1, 2), width = random_int(1, 3), channels = random_int(1, 30), gap = random_int(0, 3);
  const float magnitude = one_in(3) ? 100.0f : 5.0f;
  const ptrdiff_t pixel = 4 * (channels + gap), row = pixel * width;
  const size_t size = (size_t)((height - 1) * row + (width - 1) * pixel + channels * 4);
  float *input = slot(SLOT_INPUT, size, FACET_OVERREAD);
  for (size_t i = 0; i < size / 4; i++) input[i] = random_float(magnitude);
  for (int32_t isa = 0; isa < level_count(); isa++) {
    const facet_level t = level(isa);
    if (!t.name) continue;
    float *output = slot(SLOT_OUTPUT, size, 0);
    memset(output, 0x11, size);
    facet_unary a = {.input = input,
                     .input_row = row,
                     .input_pixel = pixel,
                     .output = output,
                     .output_row = row,
                     .output_pixel = pixel,
                     .height = height,
                     .width = width,
                     .channels = channels};
    run(&t, FACET_SOFTMAX_F32, &a, height);
    int32_t ok = 1;
    for (int32_t y = 0; y < height; y++)
      for (int32_t x = 0; x < width; x++) {
        double total = 0;
        for (int32_t i = 0; i < channels; i++) total += output[(y * row + x * pixel) / 4 + i];
        ok = ok && total > 1 - 1e-5 && total < 1 + 1e-5;
      }
    check(ok, "softmax sums to one", t.name);
    if (isa == 0) checksum_add(output, size);
  }
  test_extremes(input, size / 4, row, pixel, height, width, channels);
}

void test_exp(void) {
  test_exp_itself();
  for (int32_t isa = 0; isa < level_count(); isa++) {
    const facet_level t = level(isa);
    if (t.name) test_table(&t);
  }
  for (int32_t i = 0; i < 200; i++) test_random();
}
