/// Where the results of a split go, whose elements vectors take as they come, across pixels.
#ifndef FACET_SPLIT_BODY_H
#define FACET_SPLIT_BODY_H
#include "facet_internal.h"

/// Elements side by side: a row where its pixels have no gaps, otherwise a pixel.
typedef struct {
  int32_t count, length;
} facet_runs;

FACET_INLINE facet_runs facet_runs_of(const facet_unary *a) {
  const int32_t dense = a->input_pixel == a->channels * (ptrdiff_t)sizeof(float);
  const facet_runs r = {dense ? 1 : a->width, dense ? a->width * a->channels : a->channels};
  return r;
}

/// The next high part, and what is left of its pixel's.
typedef struct {
  uint8_t *to;
  int32_t left;
} facet_parts;

/// The first `count` of `step` high parts and of the low ones that follow them.
FACET_INLINE void facet_put_parts(const facet_unary *a, facet_parts *p, const uint8_t *parts, int32_t step, int32_t count) {
  const ptrdiff_t gap = a->output_pixel - a->channels;
  if (count == step && p->left >= step) {
    memcpy(p->to, parts, (size_t)step);
    memcpy(p->to + a->low_part, parts + step, (size_t)step);
    p->to += step;
    p->left -= step;
    count = 0;
  }
  FACET_ROLLED_FOR(int32_t i = 0;; i++) {
    if (!p->left) p->to += gap, p->left = a->channels;
    if (i >= count) break;
    p->to[0] = parts[i];
    p->to++[a->low_part] = parts[step + i];
    p->left--;
  }
}
#endif
