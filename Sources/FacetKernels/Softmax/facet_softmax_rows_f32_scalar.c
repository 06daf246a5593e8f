#include "facet_small.h"
#include "../facet_exp_f32.h"

/// Exponentials that are kept from the sum to the quotients. Of longer rows they are computed a second time.
enum { PARTIALS = 16, PIECE = 512 };

/// Of `count` <= PIECE elements, of which the first has an index that PARTIALS divides.
FACET_INLINE void softmax_exponentials(const float *input, int32_t count, float largest, float *e, double t[PARTIALS]) {
  for (int32_t i = 0; i < count; i++) e[i] = facet_exp_f32(input[i] - largest);
  int32_t i = 0;
  for (; i + PARTIALS <= count; i += PARTIALS)
    for (int32_t j = 0; j < PARTIALS; j++) t[j] += (double)e[i + j];
  for (int32_t j = 0; i < count; i++, j++) t[j] += (double)e[i];
}

FACET_INLINE void softmax_quotients(const facet_softmax *a, const float *e, int32_t count, float sum, void *output) {
  if (a->float_output) {
    float *to = output;
    for (int32_t i = 0; i < count; i++) to[i] = e[i] / sum;
    return;
  }
  uint8_t *to = output;
  const int32_t zero = a->stored_unsigned ? 0 : -128;
  for (int32_t i = 0; i < count; i++) {
    const float p = e[i] / sum * a->multiplier;
    to[i] = facet_requantize(p == p ? p : 0.0f, 0.0f, 255.0f, zero);
  }
}

/// Softmax of each pixel's channels, float32 to float32 or int8, with the sum in 16 binary64 partials.
void facet_softmax_rows_f32_scalar(const void *arguments, int32_t y0, int32_t y1) {
  const facet_softmax *a = arguments;
  const int32_t n = a->channels;
  float e[PIECE];
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const float *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      float largest = -__builtin_inff();
      for (int32_t i = 0; i < n; i++) largest = input[i] > largest ? input[i] : largest;
      double t[PARTIALS] = {0};
      for (int32_t i = 0; i < n; i += PIECE) softmax_exponentials(input + i, n - i < PIECE ? n - i : PIECE, largest, e, t);
      for (int32_t k = PARTIALS / 2; k > 0; k /= 2)
        for (int32_t j = 0; j < k; j++) t[j] += t[j + k];
      const float sum = (float)t[0];
      for (int32_t i = 0; i < n; i += PIECE) {
        const int32_t count = n - i < PIECE ? n - i : PIECE;
        if (n > PIECE) softmax_exponentials(input + i, count, largest, e, t);
        softmax_quotients(a, e, count, sum, output + i * (a->float_output ? 4 : 1));
      }
    }
}
#include "facet_small_end.h"
