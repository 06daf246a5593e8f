#if defined(__aarch64__)
#include "facet_conv_s8_store_neon.h"

void facet_conv_s8_store_neon(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, facet_waiting_form form, int32_t at,
                              int32_t count, void *sums) {
  if (c->scores) {
    const uint32_t *acc = sums;
    for (int32_t i = 0; i < count; i++, acc += form == FACET_WAITING_WIDE ? PART : NARROW) {
      const int32_t index = s->first + at + i;
      facet_store_s8(c, acc, (int32_t)part->first, part->channel, part->count, index / c->out_width, index % c->out_width);
    }
    return;
  }
  const facet_waiting w = {.c = c,
                           .first = part->first,
                           .channels = part->count,
                           .form = form,
                           .output = (int8_t *)c->output + part->channel,
                           .places = s->output + at,
                           .residual = c->residual ? (const int8_t *)c->residual + part->channel : NULL,
                           .residual_places = s->residual + at};
  facet_store_waiting_neon(&w, sums, count);
}

void facet_conv_s8_store_strip_neon(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, channel_constants *k, int32_t narrow,
                                    int32_t first, int32_t rest) {
  if (!k->is_plain) {
    first = narrow < s->count ? narrow : s->count;
    if (first) facet_conv_s8_store_neon(c, s, part, FACET_WAITING_NARROW, 0, first, k->waiting);
    rest = s->count - first;
  } else if (!k->residual) {
    return;
  }
  if (rest) facet_conv_s8_store_neon(c, s, part, FACET_WAITING_WIDE, first, rest, k->waiting + first);
}
#endif
