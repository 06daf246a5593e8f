#include "facet_small.h"
#include "facet_internal.h"

/// Whether element i of a lane stands before element j: by value, not a number as the largest, and the lower index among equals.
static int32_t facet_top_k_before(const facet_top_k *a, const float *lane, int32_t i, int32_t j) {
  const float x = lane[(ptrdiff_t)i * a->inner], y = lane[(ptrdiff_t)j * a->inner];
  const int32_t x_is_nan = x != x, y_is_nan = y != y;
  if (x == y || (x_is_nan && y_is_nan)) return i < j;
  const int32_t larger = x_is_nan || (!y_is_nan && x > y);
  return larger != (a->smallest != 0);
}

/// Lets the element at `place` of a heap of `count` sink: each stands behind the two below it, so that the root is the last of all.
static void facet_top_k_sink(const facet_top_k *a, const float *lane, float *heap, int32_t place, int32_t count) {
  const ptrdiff_t step = a->inner;
  const int32_t sinking = (int32_t)heap[place * step];
  for (;;) {
    int32_t below = 2 * place + 1;
    if (below >= count) break;
    int32_t index = (int32_t)heap[below * step];
    if (below + 1 < count && facet_top_k_before(a, lane, index, (int32_t)heap[(below + 1) * step])) {
      below++;
      index = (int32_t)heap[below * step];
    }
    if (facet_top_k_before(a, lane, index, sinking)) break;
    heap[place * step] = (float)index;
    place = below;
  }
  heap[place * step] = (float)sinking;
}

/// Heap selection in the output itself, which holds indices until the end: exact in float32, since a plain tensor has at most 2^24.
void facet_top_k_f32_scalar(const void *arguments) {
  const facet_top_k *a = arguments;
  const ptrdiff_t step = a->inner;
  for (int32_t o = 0; o < a->outer; o++) {
    for (ptrdiff_t i = 0; i < step; i++) {
      const float *lane = a->input + (ptrdiff_t)o * a->size * step + i;
      float *heap = a->output + (ptrdiff_t)o * a->count * step + i;
      for (int32_t j = 0; j < a->count; j++) heap[j * step] = (float)j;
      for (int32_t j = a->count / 2; j-- > 0;) facet_top_k_sink(a, lane, heap, j, a->count);
      for (int32_t j = a->count; j < a->size; j++) {
        if (!facet_top_k_before(a, lane, j, (int32_t)heap[0])) continue;
        heap[0] = (float)j;
        facet_top_k_sink(a, lane, heap, 0, a->count);
      }
      for (int32_t count = a->count - 1; count > 0; count--) {
        const float last = heap[0];
        heap[0] = heap[count * step];
        heap[count * step] = last;
        facet_top_k_sink(a, lane, heap, 0, count);
      }
      if (a->indices) continue;
      for (int32_t j = 0; j < a->count; j++) heap[j * step] = lane[(ptrdiff_t)(int32_t)heap[j * step] * step];
    }
  }
}
#include "facet_small_end.h"
