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
  __builtin_assume(r.count > 0 && r.length > 0);
  return r;
}

/// The next high part, and how many of its pixel are left.
typedef struct {
  uint8_t *to;
  int32_t left;
} facet_parts;

/// Of `step` high parts and the low ones that follow them those that exist: `count` or all.
FACET_INLINE void facet_put_parts(const facet_unary *a, facet_parts *p, const uint8_t *parts, int32_t step, int32_t count) {
  const ptrdiff_t low = a->low_part;
  if (count > step) count = step;
  if (count == step && p->left >= step) {
    memcpy(p->to, parts, (size_t)step);
    memcpy(p->to + low, parts + step, (size_t)step);
    p->to += step;
    p->left -= step;
    count = 0;
  }
  FACET_ROLLED_FOR(;; count--) {
    if (!p->left) p->to += a->output_pixel - a->channels, p->left = a->channels;
    if (!count) break;
    p->to[0] = *parts;
    p->to++[low] = parts++[step];
    p->left--;
  }
}
#endif
