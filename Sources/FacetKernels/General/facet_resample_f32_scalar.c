#include "facet_internal.h"

/// Not on x86-64, whose engine has the least room.
#if defined(__x86_64__)
enum { HAS_COLUMNS = 0 };
#else
enum { HAS_COLUMNS = 1 };
#endif

/// Outputs of many neighbours, in chunks; up to three numbers behind the inputs may be read.
FACET_OUTLINE void facet_resample_rows(const facet_resample *a) {
  const ptrdiff_t inner = a->inner;
  float *output = a->output;
  for (int32_t o = 0; o < a->outer; o++)
    for (int32_t j = 0; j < a->output_size; j++)
      for (ptrdiff_t first = 0; first < inner; first += FACET_CHUNK) {
        const ptrdiff_t count = inner - first < FACET_CHUNK ? inner - first : FACET_CHUNK;
        float sum[FACET_CHUNK];
        for (int32_t t = 0; t < a->taps; t++) {
          const ptrdiff_t row = (ptrdiff_t)o * a->input_size + a->indices[(ptrdiff_t)j * a->taps + t];
          const float *from = (const float *)a->input + row * inner + first, weight = ((const float *)a->weights)[(ptrdiff_t)j * a->taps + t];
          if (t == 0)
            FACET_FOR_FOURS(i, count) sum[i] = weight * from[i];
          else
            FACET_FOR_FOURS(i, count) sum[i] += weight * from[i];
        }
        memcpy(output, sum, (size_t)count * sizeof(float));
        output += count;
      }
}

/// Outputs along the last axis, four rows at once, which share indices and weights; the last four rows may have some of those before among them.
FACET_OUTLINE void facet_resample_columns(const facet_resample *a) {
  const ptrdiff_t in_row = a->input_size, out_row = a->output_size;
  for (int32_t o = 0; o < a->outer; o += 4) {
    const ptrdiff_t first = o + 4 > a->outer ? a->outer - 4 : o;
    const float *input = (const float *)a->input + first * in_row, *weights = a->weights;
    const int32_t *indices = a->indices;
    float *output = (float *)a->output + first * out_row;
    for (int32_t j = 0; j < out_row; j++, output++) {
      float sums[4] = {-0.0f, -0.0f, -0.0f, -0.0f}; // to which adding gives the number, also -0
      FACET_ROLLED_FOR(int32_t t = 0; t < a->taps; t++) {
        const float *from = input + *indices++, weight = *weights++;
        FACET_UNROLLED_FOR(int k = 0; k < 4; k++) sums[k] += weight * from[k * in_row];
      }
      FACET_UNROLLED_FOR(int k = 0; k < 4; k++) output[k * out_row] = sums[k];
    }
  }
}

/// Along one axis, each output a weighted sum of a few inputs, taps in order, float32.
void facet_resample_f32_scalar(const void *arguments) {
  const facet_resample *a = arguments;
  const ptrdiff_t inner = a->inner;
  if (FACET_HAS_FOURS && inner >= 8) return facet_resample_rows(a);
  if (HAS_COLUMNS && inner == 1 && a->outer >= 4) return facet_resample_columns(a);
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
