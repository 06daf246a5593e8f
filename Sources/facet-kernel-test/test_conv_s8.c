#include "conv_case.h"

/// A result by the definition of its function, signed; `a`: where its slope stands.
static int32_t defined_result(const conv_case *k, float p, int32_t a) {
  const facet_conv *c = &k->c;
  if (c->function == FACET_RESULT_SLOPES && p < 0) p = product(p, c->slopes[a]);
  if (c->function == FACET_RESULT_HARD_SWISH) {
    const float t = sum(product(p, c->alpha), c->beta);
    p = product(p, t < 0 ? 0 : t > 1 ? 1 : t);
  }
  if (c->function != FACET_RESULT_PIECES) return defined_requantize(p, k->zero, k->low, k->high);
  const double low = -32768.0 - c->offset, high = 32767.0 - c->offset, inside = (double)p < low ? low : (double)p > high ? high : (double)p;
  const int64_t v = (int64_t)__builtin_rint(inside) + c->offset, place = v + 32768, i = (place / 1024 + 32) % 64, o = place % 1024;
  int64_t w = c->pieces[i] + (int64_t)__builtin_floor((double)(c->pieces[64 + i] * o + 512) / 1024);
  w = (w + 32768 + (1 << 20)) % 65536 - 32768;
  const int64_t y = (int64_t)__builtin_floor((double)(w + 64) / 128);
  return (int32_t)(y < -128 ? -128 : y > 127 ? 127 : y);
}

/// What must stand in output and scores, by the definition; both already hold what was there before.
static void define_results(const conv_case *k, const uint8_t *residual, uint8_t *output, uint8_t *scores) {
  const facet_conv *c = &k->c;
  const int32_t shift = c->stored_unsigned ? 128 : 0;
  for (int32_t y = 0; y < c->out_height; y++)
    for (int32_t x = 0; x < c->out_width; x++)
      for (int32_t g = 0; g < c->groups; g++)
        for (int32_t o = 0; o < c->group_outputs; o++) {
          const int32_t channel = g * c->group_outputs + o;
          const int32_t a = k->depthwise ? g : (g * ((c->group_outputs + 31) / 32) + o / 32) * 32 + o % 32;
          const float acc = (float)(int32_t)defined_sum_s8(k, g, o, y, x);
          float r = 0;
          if (residual) {
            const uint8_t stored = residual[y * c->residual_row + x * c->residual_pixel + channel];
            r = (float)((c->stored_unsigned ? (int32_t)stored - 128 : (int32_t)(int8_t)stored) - k->residual_zero);
          }
          if (scores) {
            float s = product(acc, c->scores_multiplier[a]);
            if (residual) s = sum(s, product(r, c->scores_residual_multiplier));
            memcpy(scores + y * c->scores_row + x * c->scores_pixel + 4 * channel, &s, 4);
          }
          if (output) {
            float p = product(acc, c->multiplier[a]);
            if (residual) p = sum(p, product(r, c->residual_multiplier));
            output[y * c->output_row + x * c->output_pixel + channel] = (uint8_t)(defined_result(k, p, a) + shift);
          }
        }
}

/// Runs a kernel in pieces, as threads would.
static void run(const facet_kernel *t, const conv_case *k, facet_conv c) {
  int32_t cuts[4], block_cuts[4];
  if (k->depthwise) {
    const facet_depthwise d = {c};
    random_cuts(c.out_height, cuts);
    for (int32_t i = 0; i < 3; i++) t->run.rows(&d, cuts[i], cuts[i + 1]);
    return;
  }
  random_cuts(c.out_height * c.out_width, cuts);
  random_cuts(k->blocks, block_cuts);
  if (one_in(2)) cuts[1] = 0, cuts[2] = cuts[3];
  for (int32_t i = 0; i < 3; i++)
    for (int32_t j = 0; j < 3; j++) t->run.tiles(&c, cuts[i], cuts[i + 1], block_cuts[j], block_cuts[j + 1]);
}

static void test_one(conv_case k) {
  const int32_t depthwise = k.depthwise;
  const int32_t wants = random_int(0, 9); // both, only scores, mostly only the output
  const int32_t with_scores = wants < 4 && !k.c.function, with_output = wants != 0 || k.in_place || k.c.function;
  uint8_t *start = slot(SLOT_START, k.output_bytes, 0), *expected = slot(SLOT_EXPECTED, k.output_bytes, 0);
  uint8_t *expected_scores = slot(SLOT_EXPECTED_SCORES, k.scores_bytes, 0);
  random_bytes(start, k.output_bytes, 0);
  memcpy(expected, start, k.output_bytes);
  memset(expected_scores, 0x5A, k.scores_bytes);
  define_results(&k, k.in_place ? start : k.c.residual, with_output ? expected : NULL, with_scores ? expected_scores : NULL);

  const uint64_t after = random_state;
  facet_conv tried = k.c; // what decides whether a kernel fits
  tried.output = with_output ? expected : NULL;
  if (k.in_place) tried.residual = expected;
  tried.scores = with_scores ? (float *)(void *)expected_scores : NULL;
  FOR_KERNELS(t, depthwise ? FACET_DEPTHWISE_S8 : FACET_CONV_S8, &tried) {
    random_state = after + 1;
    uint8_t *output = slot(SLOT_OUTPUT, k.output_bytes, 0), *scores = slot(SLOT_SCORES, k.scores_bytes, 0);
    memcpy(output, start, k.output_bytes);
    memset(scores, 0x5A, k.scores_bytes);
    facet_conv c = k.c;
    c.output = with_output ? output : NULL;
    c.scores = with_scores ? (float *)(void *)scores : NULL;
    if (k.in_place) c.residual = output;
    c.scratch = slot(SLOT_SCRATCH, facet_kernel_scratch(t, &tried), 0);
    run(t, &k, c);
    const char *name = depthwise ? "depthwise_s8" : "conv_s8";
    const int32_t ok = same_bytes(name, t->name, expected, output, k.output_bytes);
    check(same_bytes("its scores", t->name, expected_scores, scores, k.scores_bytes) && ok, name, t->name);
    if (counts(t)) {
      checksum_add(output, k.output_bytes);
      checksum_add(scores, k.scores_bytes);
    }
  }
  random_state = after;
}

void test_conv_s8(void) {
  test_one(random_conv(1, 0));
  test_one(random_conv(1, 1));
}

void test_conv_3x3(void) { test_one(random_conv_3x3()); }
