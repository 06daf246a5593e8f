#if defined(__x86_64__)
#include "facet_conv_tile.h"

void facet_tile_fill(const facet_conv_strides *s, const uint8_t *base, facet_position *p, int32_t valid, int32_t count, facet_tile *t) {
  t->index = p->index;
  if (valid == count && facet_in_one_row(s, p, count)) {
    FACET_ROLLED_FOR(int32_t i = 0; i < count; i++) {
      t->input[i] = base + p->input + i * s->input;
      t->output[i] = p->output + i * s->output;
      t->residual[i] = p->residual + i * s->residual;
    }
    facet_position_advance(s, p, count);
    return;
  }
  FACET_ROLLED_FOR(int32_t i = 0; i < count; i++) {
    if (i < valid) {
      t->input[i] = base + p->input;
      t->output[i] = p->output;
      t->residual[i] = p->residual;
      facet_position_advance(s, p, 1);
    } else {
      t->input[i] = t->input[i - 1];
      t->output[i] = t->output[i - 1];
      t->residual[i] = t->residual[i - 1];
    }
  }
}
#endif
