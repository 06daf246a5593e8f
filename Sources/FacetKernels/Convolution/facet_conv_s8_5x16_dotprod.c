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
  store_tile(s, (channel_constants *)(uintptr_t)constants, at, acc, N, N == 5);
}

/// 8 channels, where that many are left.
FACET_INLINE void narrow_tile(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const segment_loops *l, const void *constants,
                              int32_t at, int32_t valid, const int N) {
  (void)valid, (void)N;
  narrow_sums(l, s->input + at, part->weights, c->initial + part->first, waiting_narrow((channel_constants *)(uintptr_t)constants, at));
}

FACET_OUTLINE void tiles(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const void *all) {
  channel_constants k;
  fill_constants(c, part, &k);
  lane_tiles(c, s, part, all, &k, tile, narrow_tile);
  const int32_t rest = small_pixels(s);
  facet_conv_s8_store_strip_neon(c, s, part, &k, narrow_pixels(s, part), 0, rest < s->count ? rest : s->count);
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
