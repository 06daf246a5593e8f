#if defined(__aarch64__)
#include "facet_conv_s8_store_neon.h"

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#define LANE_MULTIPLY(sums, weights, inputs, lane) "sdot " sums ".4s, " weights ".16b, " inputs ".4b[" lane "]\n"
#include "facet_conv_in_order_dotprod.h"

/// By 16 channels.
FACET_INLINE void tile(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const segment_loops *l, const void *constants,
                       int32_t at, int32_t valid, const int N) {
  int32x4_t acc[5][4];
  if (N > 1 && l->in_order)
    ordered_sums(l, s->input + at, part->weights, c->initial + part->first, acc, N);
  else
    lane_sums(l, s->input + at, part->weights, c->initial + part->first, acc, N);
  store_tile(c, s, part, constants, at, valid, acc, N, N == 5);
}

/// 8 channels, where that many are left.
FACET_INLINE void narrow(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const segment_loops *l, const void *constants,
                         int32_t at, int32_t valid, const int N) {
  (void)N;
  int32x4_t acc[8][2];
  narrow_sums(l, s->input + at, part->weights, c->initial + part->first, acc);
  facet_conv_s8_store_narrow_neon(c, s, part, constants, at, valid, acc);
}

FACET_OUTLINE void tiles(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const void *all) {
  const channel_constants k = constants_of(c, part);
  lane_tiles(c, s, part, all, &k, tile, narrow);
}

FACET_OUTLINE void all_strips(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1, ptrdiff_t in_order) {
  segment_loops l = segment_loops_of(c, 1, 0);
  l.in_order = in_order;
  facet_conv_strips(c, p0, p1, b0, b1, 1, tiles, &l);
}

/// Convolution and fully connected, int8, activations stored signed: 5 pixels by 16 channels, 20 accumulators, sdot.
void facet_conv_s8_5x16_dotprod(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) { all_strips(arguments, p0, p1, b0, b1, 0); }

/// The same in an order for Cortex-A55.
void facet_conv_s8_5x16_dotprod_in_order(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  all_strips(arguments, p0, p1, b0, b1, 1);
}
#pragma clang attribute pop
#endif
