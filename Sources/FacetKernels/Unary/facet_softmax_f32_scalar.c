#include "facet_exp_f32.h"

/// Softmax over the channels of each pixel, float32: e[i] = exp(x[i] - max), summed in index order, each divided by the sum.
void facet_softmax_f32_scalar(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary *a = arguments;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const float *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      float *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      float largest = -__builtin_inff();
      for (int32_t i = 0; i < a->channels; i++) largest = input[i] > largest ? input[i] : largest;
      float sum = 0.0f;
      for (int32_t i = 0; i < a->channels; i++) {
        const float e = facet_exp_f32(input[i] - largest);
        sum += e;
        output[i] = e;
      }
      for (int32_t i = 0; i < a->channels; i++) output[i] = output[i] / sum;
    }
}
