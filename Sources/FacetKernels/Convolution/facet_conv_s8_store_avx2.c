#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "facet_conv_s8_store_avx2.h"

void facet_conv_s8_prepare_avx2(channel_constants *k, const facet_conv_block *b, int32_t half, const int32_t *initial) {
  k->first = (int32_t)b->first + half;
  k->channel = b->channel + half;
  k->kept = 0;
  memcpy(k->initial, initial, sizeof k->initial);
  facet_results_block_avx2(&k->results, k->first, b->count - half);
}

void facet_conv_s8_flush_avx2(channel_constants *k) {
  const facet_conv *c = k->results.c;
  if (!c->scores)
    facet_results_store_avx2(&k->results, k->sums, k->kept, (uint8_t *)c->output + k->channel, k->outputs,
                             c->residual ? (const uint8_t *)c->residual + k->channel : NULL, k->residuals);
  for (int32_t i = 0; i < k->kept && c->scores; i++) {
    uint32_t sums[16];
    memcpy(sums, k->sums[i], sizeof sums);
    facet_store_s8(c, sums, k->first, k->channel, k->results.count[0], (k->index + i) / c->out_width, (k->index + i) % c->out_width);
  }
  k->kept = 0;
}

void facet_conv_s8_keep_avx2(channel_constants *k, const facet_conv_strides *s, int32_t valid, ptrdiff_t output, ptrdiff_t residual, int32_t x,
                             int32_t index) {
  int32_t kept = k->kept;
  if (kept == 0) k->index = index;
  FACET_ROLLED_FOR(int32_t i = 0; i < valid; i++, kept++) {
    k->outputs[kept] = output, k->residuals[kept] = residual;
    output += s->output, residual += s->residual;
    if (++x == s->width) x = 0, output += s->output_wrap, residual += s->residual_wrap;
  }
  k->kept = kept;
  if (kept > KEPT - WIDEST) facet_conv_s8_flush_avx2(k);
}
#pragma clang attribute pop
#endif
