#include "facet_machine_limits.h"
#include "support.h"
#include <stdlib.h>
#include <time.h>

/// Speed of the layers of the paper-scale face-attribute network (128x128 input), one thread, per level.

typedef struct {
  const char *name;
  int32_t in, inputs, outputs, kernel, stride, residual, count;
} layer;

// clang-format off
static const layer layers[] = {
    {"stem 3>32 /2", 128, 3, 32, 3, 2, 0, 1},          {"32>64 /2", 64, 32, 64, 3, 2, 0, 1},
    {"skip 32>64 /2", 64, 32, 64, 1, 2, 0, 1},         {"64>64 32x32", 32, 64, 64, 3, 1, 0, 1},
    {"64>64 32x32 +r", 32, 64, 64, 3, 1, 1, 2},        {"64>128 /2", 32, 64, 128, 3, 2, 0, 1},
    {"skip 64>128 /2", 32, 64, 128, 1, 2, 0, 1},       {"128>128 16x16", 16, 128, 128, 3, 1, 0, 1},
    {"128>128 16x16 +r", 16, 128, 128, 3, 1, 1, 2},    {"128>256 /2", 16, 128, 256, 3, 2, 0, 1},
    {"skip 128>256 /2", 16, 128, 256, 1, 2, 0, 1},     {"256>256 8x8", 8, 256, 256, 3, 1, 0, 1},
    {"256>256 8x8 +r", 8, 256, 256, 3, 1, 1, 2},       {"256>384 /2", 8, 256, 384, 3, 2, 0, 1},
    {"skip 256>384 /2", 8, 256, 384, 1, 2, 0, 1},      {"384>384 4x4", 4, 384, 384, 3, 1, 0, 1},
    {"384>384 4x4 +r", 4, 384, 384, 3, 1, 1, 2},       {"heads 256>192 /2", 8, 256, 192, 3, 2, 0, 2},
    {"heads 192>192 +r", 4, 192, 192, 3, 1, 1, 2},     {"heads skip 256>192", 8, 256, 192, 1, 2, 0, 2},
    {"heads 384>128", 4, 384, 128, 3, 1, 0, 2},        {"heads 128>128 +r", 4, 128, 128, 3, 1, 1, 2},
    {"heads skip 384>128", 4, 384, 128, 1, 1, 0, 2},   {"fc 384>1000", 1, 384, 1000, 1, 1, 0, 0},
    {"1x1 16>96 112x112", 112, 16, 96, 1, 1, 0, 0},    {"1x1 96>576 14x14", 14, 96, 576, 1, 1, 0, 0},
    {"1x1 144>24 56x56 +r", 56, 144, 24, 1, 1, 1, 0},  {"1x1 40>240 14x14", 14, 40, 240, 1, 1, 0, 0},
    {"1x1 96>576 7x7", 7, 96, 576, 1, 1, 0, 0},        {"512>512 7x7", 7, 512, 512, 3, 1, 0, 0},
    {"stem 3>32 224 /2", 224, 3, 32, 3, 2, 0, 0},      {"stem 3>16 224 /2", 224, 3, 16, 3, 2, 0, 0},
    {"stem 7x7 3>64 224 /2", 224, 3, 64, 7, 2, 0, 0},
    {"dw 5x5 576 7x7", 7, 576, 576, 5, 1, -1, 0},
    {"1x1 24>144 56x56", 56, 24, 144, 1, 1, 0, 0},     {"1x1 320>1280 7x7", 7, 320, 1280, 1, 1, 0, 0},
    {"1x1 960>160 7x7", 7, 960, 160, 1, 1, 0, 0},      {"1x1 96>40 14x14", 14, 96, 40, 1, 1, 0, 0},
    {"1x1 32>16 112x112", 112, 32, 16, 1, 1, 0, 0},    {"1x1 32>192 28x28", 28, 32, 192, 1, 1, 0, 0},
    {"fc 1280>1000", 1, 1280, 1000, 1, 1, 0, 0},       {"dw 3x3 32 112x112", 112, 32, 32, 3, 1, -1, 0},
    {"dw 3x3 /2 96 112x112", 112, 96, 96, 3, 2, -1, 0}, {"dw 3x3 144 56x56", 56, 144, 144, 3, 1, -1, 0},
    {"dw 3x3 88 28x28", 28, 88, 88, 3, 1, -1, 0},      {"dw 3x3 384 14x14", 14, 384, 384, 3, 1, -1, 0},
    {"dw 3x3 960 7x7", 7, 960, 960, 3, 1, -1, 0},      {"dw 5x5 240 14x14", 14, 240, 240, 5, 1, -1, 0},
    {"dw 5x5 /2 96 28x28", 28, 96, 96, 5, 2, -1, 0},
};
// clang-format on
enum { LAYERS = sizeof layers / sizeof layers[0], ROUNDS = 15 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void *filled(size_t bytes, int32_t weights) {
  void *p = NULL;
  if (posix_memalign(&p, 64, bytes)) exit(1);
  int8_t *b = p;
  for (size_t i = 0; i < bytes; i++) b[i] = (int8_t)random_int(weights ? -127 : -128, 127);
  return p;
}

/// How the targets of this kind of CPU store activations.
#if defined(__x86_64__)
enum { STORED_UNSIGNED = 1, SHIFT = 128 };
#else
enum { STORED_UNSIGNED = 0, SHIFT = 0 };
#endif

/// Nanoseconds of each round of one layer.
static void measure(const facet_level *t, const layer *l, int32_t quantized, double ns[ROUNDS]) {
  const int32_t e = quantized ? 1 : 4, border = l->kernel / 2, depthwise = l->residual < 0, width = l->in + 2 * border;
  const int32_t out = (l->in + 2 * border - l->kernel) / l->stride + 1, blocks = (l->outputs + 31) / 32;
  const size_t input_bytes = (size_t)(width * width * l->inputs * e), output_bytes = (size_t)(out * out * l->outputs * e);
  const int32_t row = l->kernel * l->inputs, row_padded = quantized ? (row + 3) / 4 * 4 : row;
  void *input = filled(input_bytes + FACET_OVERREAD, 0), *residual = filled(output_bytes, 0), *output = filled(output_bytes, 0);
  void *weights = filled((size_t)(blocks * 32 * l->kernel * row_padded * e), 1);
  if (!quantized) {
    float *x = input, *r = residual, *w = weights;
    for (size_t i = 0; i < input_bytes / 4; i++) x[i] = random_float(1);
    for (size_t i = 0; i < output_bytes / 4; i++) r[i] = random_float(1);
    for (int32_t i = 0; i < blocks * 32 * l->kernel * row; i++) w[i] = random_float(1);
  }
  int32_t *initial = calloc((size_t)blocks * 32, 4);
  float *multiplier = calloc((size_t)blocks * 32, 4);
  if (!initial || !multiplier) exit(1);
  for (int32_t i = 0; i < blocks * 32; i++) multiplier[i] = 1e-3f;
  facet_depthwise d = {{.input = input,
                        .input_row = width * l->inputs * e,
                        .input_pixel = l->inputs * e,
                        .output = output,
                        .output_row = out * l->outputs * e,
                        .output_pixel = l->outputs * e,
                        .residual = l->residual > 0 ? residual : NULL,
                        .residual_row = out * l->outputs * e,
                        .residual_pixel = l->outputs * e,
                        .weights = weights,
                        .initial = initial,
                        .multiplier = multiplier,
                        .bias = multiplier,
                        .out_height = out,
                        .out_width = out,
                        .groups = depthwise ? l->inputs : 1,
                        .group_inputs = depthwise ? 1 : l->inputs,
                        .group_outputs = depthwise ? 1 : l->outputs,
                        .kernel_h = l->kernel,
                        .kernel_w = l->kernel,
                        .stride_y = l->stride,
                        .stride_x = l->stride,
                        .dilation_y = 1,
                        .dilation_x = 1,
                        .row_segments = !depthwise,
                        .stored_unsigned = STORED_UNSIGNED,
                        .zero = SHIFT,
                        .low = SHIFT,
                        .high = SHIFT + 127,
                        .residual_zero = SHIFT,
                        .proofs = FACET_PROOF_25 | FACET_PROOF_29, // as trained weights have it
                        .residual_multiplier = 0.5f,
                        .low_f = 0,
                        .high_f = 1e9f}};
  const facet_operation operation = depthwise ? quantized ? FACET_DEPTHWISE_S8 : FACET_DEPTHWISE_F32 : quantized ? FACET_CONV_S8 : FACET_CONV_F32;
  const facet_kernel *k = facet_find_kernel(operation, t->features, &d);
  d.c.scratch = filled(facet_kernel_scratch(k, &d) + 64, 0);
  int32_t repeats = 1;
  for (int32_t round = -1; round < ROUNDS; round++) { // the first warms up and sets the repeats
    const double begin = now();
    for (int32_t i = 0; i < repeats; i++) {
      if (depthwise)
        k->run.rows(&d, 0, out);
      else
        k->run.tiles(&d.c, 0, out * out, 0, blocks);
    }
    const double seconds = (now() - begin) / repeats;
    if (round >= 0) ns[round] = 1e9 * seconds;
    repeats = round < 0 ? (int32_t)(1e-3 / seconds) + 1 : repeats;
  }
  free(input), free(residual), free(output), free(weights), free(initial), free(multiplier), free(d.c.scratch);
  qsort(ns, ROUNDS, sizeof ns[0], ascending);
}

int32_t benchmark(void) {
  for (int32_t isa = level_count() - 1; isa >= 0; isa--) {
    const facet_level t = level(isa);
    if (!t.name) continue;
    for (int32_t quantized = 1; quantized >= 0; quantized--) {
      double total[2] = {0, 0}, total_macs = 0, peak = 0;
      printf("%s %s, one thread, %d rounds: GMAC/s at the fastest round and at the median\n", t.name, quantized ? "int8" : "float32", ROUNDS);
      for (int32_t i = 0; i < LAYERS; i++) {
        const layer *l = &layers[i];
        double ns[ROUNDS];
        const double p = (quantized ? facet_peak_int8 : facet_peak_float32)(t.name) / 1e9;
        peak = p > peak ? p : peak;
        measure(&t, l, quantized, ns);
        const int32_t out = (l->in + 2 * (l->kernel / 2) - l->kernel) / l->stride + 1;
        const double macs = (double)out * out * l->kernel * l->kernel * l->inputs * (l->residual < 0 ? 1 : l->outputs);
        printf("  %-20s %8.1f %8.1f  %8.1f us\n", l->name, macs / ns[0], macs / ns[ROUNDS / 2], ns[0] / 1e3);
        total[0] += l->count * ns[0];
        total[1] += l->count * ns[ROUNDS / 2];
        total_macs += l->count * macs;
      }
      printf("  convolutions of the network: %.0f MMAC, %.3f ms at the fastest rounds (%.1f GMAC/s), %.3f ms at the medians\n", total_macs / 1e6,
             total[0] / 1e6, total_macs / total[0], total[1] / 1e6);
      if (peak > 0) printf("  multiply-accumulates alone in the same run: %.1f GMAC/s\n", peak);
    }
  }
  return 0;
}
