#include "facet_internal.h"

/// Along one axis, each output a weighted sum of a few inputs, int8: integer weights in units of 2^-11.
void facet_resample_s8_scalar(const void *arguments) {
  const facet_resample *a = arguments;
  const ptrdiff_t inner = a->inner;
  const int32_t lowest = a->stored_unsigned ? 0 : -128, zero = a->zero;
  const float low = (float)(lowest - zero), high = (float)(lowest + 255 - zero);
  uint8_t *output = a->output;
  for (int32_t o = 0; o < a->outer; o++) {
    const void *input = facet_at(a->input, (ptrdiff_t)o * a->input_size * inner);
    for (int32_t j = 0; j < a->output_size; j++, output += inner) {
      const int32_t *indices = a->indices + (ptrdiff_t)j * a->taps;
      const int32_t *weights = (const int32_t *)a->weights + (ptrdiff_t)j * a->taps;
      for (ptrdiff_t i = 0; i < inner; i++) {
        uint32_t sum = 0; // unsigned: it may wrap
        for (int32_t t = 0; t < a->taps; t++)
          sum += (uint32_t)weights[t] * (uint32_t)(facet_element(input, indices[t] * inner + i, a->stored_unsigned) - zero);
        output[i] = facet_requantize((float)(int32_t)sum * 0x1p-11f, low, high, zero);
      }
    }
  }
}
