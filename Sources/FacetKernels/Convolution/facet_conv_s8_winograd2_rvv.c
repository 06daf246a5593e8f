#if defined(__riscv) && __riscv_xlen == 64
#include "facet_internal.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_conv_winograd_rvv.h"

static void weights(const int8_t *w, ptrdiff_t tap, int32_t inputs, int16_t *v) { weights_of(w, tap, inputs, v, 4); }

static void sums(const facet_winograd_strip *s) { facet_winograd_sums_rvv(s, 4, weights); }

static void inputs(const facet_winograd_window *w, int32_t count, void *u) { inputs_of(w, count, u, 4); }

static void results(const facet_winograd_channels *k, int32_t half, const int32_t *from, const facet_winograd_tile *t, int32_t with_residual) {
  (void)half;
  results_of(k, from, t, with_residual, 4);
}

static void function_results(const facet_winograd_channels *k, int32_t half, const int32_t *from, const facet_winograd_tile *t,
                             int32_t with_residual) {
  (void)half;
  (void)with_residual;
  function_results_of(k, from, t, 4);
}

/// Convolution, int8, by Winograd's F(2x2, 3x3): 3, 6 or 12 tiles of 2x2 outputs by 32 channels.
void facet_conv_s8_winograd2_rvv(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  static const facet_winograd kinds[2] = {{.outputs = 2, .inputs = inputs, .results = results, .sums = sums},
                                          {.outputs = 2, .inputs = inputs, .results = function_results, .sums = sums}};
  const facet_conv *c = arguments;
  facet_conv_s8_winograd(c, &kinds[c->function != FACET_RESULT_PLAIN], p0, p1, b0, b1);
}
#pragma clang attribute pop
#endif
