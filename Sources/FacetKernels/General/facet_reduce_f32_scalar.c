#include "facet_grid.h"

/// Over the reduced axes from `input` on: `expression` of each element v, in index order.
#define FACET_REDUCE(expression)                                               \
  do {                                                                         \
    const float *p = input + facet_grid_offset(&g, a->reduced_strides, outer); \
    for (int32_t i = 0; i < count; i++) {                                      \
      const float v = p[(ptrdiff_t)i * step];                                  \
      expression;                                                              \
    }                                                                          \
  } while (facet_grid_next(&g, a->reduced, outer) >= 0)

static float facet_reduce_one(const facet_reduce *a, const float *input, double elements) {
  const int32_t outer = a->reduced_rank - 1, count = a->reduced[outer], step = a->reduced_strides[outer];
  facet_grid g = {{0}};
  double sum = a->function == FACET_REDUCE_PRODUCT ? 1.0 : 0.0;
  float best = input[0];
  int32_t index = 0, place = 0;
  switch (a->function) {
  case FACET_REDUCE_SUM:
  case FACET_REDUCE_MEAN: FACET_REDUCE(sum += (double)v); break;
  case FACET_REDUCE_L1: FACET_REDUCE(sum += (double)__builtin_fabsf(v)); break;
  case FACET_REDUCE_L2:
  case FACET_REDUCE_SUM_OF_SQUARES: FACET_REDUCE(sum += (double)v * (double)v); break;
  case FACET_REDUCE_PRODUCT: FACET_REDUCE(sum *= (double)v); break;
  case FACET_REDUCE_MAXIMUM: FACET_REDUCE(best = v > best || v != v ? v : best); return best;
  case FACET_REDUCE_MINIMUM: FACET_REDUCE(best = v < best || v != v ? v : best); return best;
  case FACET_REDUCE_INDEX_OF_MAXIMUM:
    FACET_REDUCE(if (v > best) {
      best = v;
      index = place;
    } place++);
    return (float)index;
  case FACET_REDUCE_INDEX_OF_MINIMUM:
    FACET_REDUCE(if (v < best) {
      best = v;
      index = place;
    } place++);
    return (float)index;
  default: break;
  }
  if (a->function == FACET_REDUCE_MEAN) sum /= elements;
  if (a->function == FACET_REDUCE_L2) sum = facet_sqrt_f64(sum);
  return (float)sum;
}

/// Reductions, float32: sums and products in binary64, in index order, rounded once.
void facet_reduce_f32_scalar(const void *arguments) {
  facet_reduce merged = *(const facet_reduce *)arguments, *a = &merged;
  a->kept_rank = facet_grid_merge(a->kept, a->kept_strides, a->kept_strides, a->kept_rank);
  a->reduced_rank = facet_grid_merge(a->reduced, a->reduced_strides, a->reduced_strides, a->reduced_rank);
  double elements = 1.0;
  for (int32_t axis = 0; axis < a->reduced_rank; axis++) elements *= (double)a->reduced[axis];
  float *output = a->output;
  facet_grid g = {{0}};
  do {
    *output++ = facet_reduce_one(a, a->input + facet_grid_offset(&g, a->kept_strides, a->kept_rank), elements);
  } while (facet_grid_next(&g, a->kept, a->kept_rank) >= 0);
}
