#include "conv_case.h"

#include "../FacetKernels/facet_fma_f32.h"

/// One result by the definition: a chain of fused multiply-adds in the order of the weights, from the bias on. What lies outside the input is
/// 0 and takes part.
static float define_result(const conv_case *k, const float *residual, int32_t g, int32_t o, int32_t y, int32_t x) {
  const facet_conv *c = &k->c;
  const int32_t channel = g * c->group_outputs + o;
  float acc = k->bias_f32[channel];
  for (int32_t ky = 0; ky < c->kernel_h; ky++)
    for (int32_t kx = 0; kx < c->kernel_w; kx++)
      for (int32_t i = 0; i < c->group_inputs; i++) {
        const int32_t iy = y * c->stride_y + ky * c->dilation_y - k->pad_top, ix = x * c->stride_x + kx * c->dilation_x - k->pad_left;
        const int32_t inside = iy >= 0 && iy < k->in_height && ix >= 0 && ix < k->in_width;
        const float v = inside ? k->x_f32[(iy * k->in_width + ix) * (c->groups * c->group_inputs) + g * c->group_inputs + i] : 0.0f;
        acc = facet_fma_f32_exact(v, k->w_f32[((channel * c->kernel_h + ky) * c->kernel_w + kx) * c->group_inputs + i], acc);
      }
  if (residual) acc += residual[(y * c->residual_row + x * c->residual_pixel) / 4 + channel];
  acc = acc < c->low_f ? c->low_f : acc;
  return acc > c->high_f ? c->high_f : acc;
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
  const size_t numbers = k.output_bytes / 4;
  float *start = slot(SLOT_START, k.output_bytes, 0), *expected = slot(SLOT_EXPECTED, k.output_bytes, 0);
  for (size_t i = 0; i < numbers; i++) start[i] = random_real(k.kind, 3.0f);
  memcpy(expected, start, k.output_bytes); // what lies between must be as it was
  for (int32_t y = 0; y < k.c.out_height; y++)
    for (int32_t x = 0; x < k.c.out_width; x++)
      for (int32_t i = 0; i < k.c.groups * k.c.group_outputs; i++)
        expected[(y * k.c.output_row + x * k.c.output_pixel) / 4 + i] =
            define_result(&k, k.in_place ? start : k.c.residual, i / k.c.group_outputs, i % k.c.group_outputs, y, x);
  const uint64_t after = random_state;
  FOR_KERNELS(t, depthwise ? FACET_DEPTHWISE_F32 : FACET_CONV_F32, &k.c) {
    random_state = after + 1;
    float *whole = slot(SLOT_WHOLE, k.output_bytes, 0), *parts = slot(SLOT_OUTPUT, k.output_bytes, 0);
    memcpy(whole, start, k.output_bytes);
    memcpy(parts, start, k.output_bytes);
    facet_conv c = k.c;
    c.output = whole;
    if (k.in_place) c.residual = whole;
    run(t, &k, &c, 0);
    c.output = parts;
    if (k.in_place) c.residual = parts;
    run(t, &k, &c, 1);
    const char *name = depthwise ? "depthwise_f32" : "conv_f32";
    check(same_floats(name, t->name, expected, whole, numbers), name, t->name);
    check(same_floats(name, t->name, whole, parts, numbers), "float32 results do not depend on the split", t->name);
    if (counts(t)) checksum_add_floats(whole, numbers);
  }
  random_state = after;
}

void test_conv_f32(void) {
  test_one(0);
  test_one(1);
}
