#include "conv_case.h"

/// One result in double, and the sum of the magnitudes of what was added.
static double define_result(const conv_case *k, const float *residual, int32_t g, int32_t o, int32_t y, int32_t x, double *magnitude) {
  const facet_conv *c = &k->c;
  const int32_t channel = g * c->group_outputs + o;
  double total = k->bias_f32[channel];
  *magnitude = total < 0 ? -total : total;
  for (int32_t i = 0; i < c->group_inputs; i++)
    for (int32_t ky = 0; ky < c->kernel_h; ky++)
      for (int32_t kx = 0; kx < c->kernel_w; kx++) {
        const int32_t iy = y * c->stride_y + ky * c->dilation_y - k->pad_top, ix = x * c->stride_x + kx * c->dilation_x - k->pad_left;
        if (iy < 0 || iy >= k->in_height || ix < 0 || ix >= k->in_width) continue;
        const double v = (double)k->x_f32[(iy * k->in_width + ix) * (c->groups * c->group_inputs) + g * c->group_inputs + i] *
                         k->w_f32[((channel * c->kernel_h + ky) * c->kernel_w + kx) * c->group_inputs + i];
        total += v;
        *magnitude += v < 0 ? -v : v;
      }
  if (residual) total += residual[(y * c->residual_row + x * c->residual_pixel) / 4 + channel];
  *magnitude += 3;
  const double low = c->low_f, high = c->high_f;
  return total < low ? low : total > high ? high : total;
}

static void run(const facet_kernel *t, const conv_case *k, const facet_conv *c, int32_t split) {
  int32_t cuts[4] = {0, 0, 0, 0}, blocks[4] = {0, 0, 0, 0};
  const int32_t n = k->depthwise ? c->out_height : c->out_height * c->out_width;
  cuts[3] = n;
  blocks[3] = k->blocks;
  if (split) random_cuts(n, cuts), random_cuts(k->blocks, blocks);
  const facet_depthwise d = {*c};
  for (int32_t i = 0; i < 3; i++) {
    if (k->depthwise) t->run.rows(&d, cuts[i], cuts[i + 1]);
    for (int32_t j = 0; j < 3 && !k->depthwise; j++) t->run.tiles(c, cuts[i], cuts[i + 1], blocks[j], blocks[j + 1]);
  }
}

static void test_one(int32_t depthwise) {
  conv_case k = random_conv(4, depthwise);
  float *start = slot(SLOT_START, k.output_bytes, 0);
  for (size_t i = 0; i < k.output_bytes / 4; i++) start[i] = random_float(3.0f);
  const float *residual = k.in_place ? start : k.c.residual;
  const uint64_t after = random_state;
  FOR_KERNELS(t, depthwise ? FACET_DEPTHWISE_F32 : FACET_CONV_F32, &k.c) {
    random_state = after + 1;
    float *whole = slot(SLOT_WHOLE, k.output_bytes, 0), *parts = slot(SLOT_OUTPUT, k.output_bytes, 0);
    float *expected = slot(SLOT_EXPECTED, k.output_bytes, 0);
    memcpy(whole, start, k.output_bytes);
    memcpy(parts, start, k.output_bytes);
    memcpy(expected, start, k.output_bytes);
    facet_conv c = k.c;
    c.output = whole;
    if (k.in_place) c.residual = whole;
    run(t, &k, &c, 0);
    c.output = parts;
    if (k.in_place) c.residual = parts;
    run(t, &k, &c, 1);

    int32_t close = 1;
    for (int32_t y = 0; y < c.out_height; y++)
      for (int32_t x = 0; x < c.out_width; x++)
        for (int32_t i = 0; i < c.groups * c.group_outputs; i++) {
          double magnitude;
          const double v = define_result(&k, residual, i / c.group_outputs, i % c.group_outputs, y, x, &magnitude);
          const ptrdiff_t at = (y * c.output_row + x * c.output_pixel) / 4 + i;
          const double error = (double)whole[at] - v;
          close = close && error <= 1e-5 * magnitude && -error <= 1e-5 * magnitude;
          expected[at] = whole[at]; // what lies between must be as it was
        }
    const char *name = depthwise ? "depthwise_f32" : "conv_f32";
    check(close && same_bytes(name, t->name, expected, whole, k.output_bytes), name, t->name);
    check(same_bytes(name, t->name, whole, parts, k.output_bytes), "float32 results do not depend on the split", t->name);
  }
  random_state = after;
}

void test_conv_f32(void) {
  test_one(0);
  test_one(1);
}
