#include "facet_internal.h"

/// Along one axis, each output a weighted sum of a few inputs, taps in order, float32.
void facet_resample_f32_scalar(const void *arguments) {
  const facet_resample *a = arguments;
  const ptrdiff_t inner = a->inner;
  float *output = a->output;
  for (int32_t o = 0; o < a->outer; o++) {
    const float *input = (const float *)a->input + (ptrdiff_t)o * a->input_size * inner;
    for (int32_t j = 0; j < a->output_size; j++, output += inner) {
      const int32_t *indices = a->indices + (ptrdiff_t)j * a->taps;
      const float *weights = (const float *)a->weights + (ptrdiff_t)j * a->taps;
      for (ptrdiff_t i = 0; i < inner; i++) {
        float sum = weights[0] * input[indices[0] * inner + i];
        for (int32_t t = 1; t < a->taps; t++) sum += weights[t] * input[indices[t] * inner + i];
        output[i] = sum;
      }
    }
  }
}
