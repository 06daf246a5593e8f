#if defined(__riscv) && __riscv_xlen == 64
#include "facet_binary_rows.h"
#include "facet_store_s8_rv64.h"

/// N elements; all are read before any is written: an operand may be the output.
FACET_INLINE void elements(const facet_binary *a, const int8_t *in_a, const int8_t *in_b, uint8_t *out, float low, float high, const int N,
                           const int is_product) {
  float p[4];
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) {
    const int32_t va = in_a[i] - a->a_zero, vb = in_b[i] - a->b_zero;
    p[i] = is_product ? (float)(va * vb) * a->a_multiplier : (float)va * a->a_multiplier + (float)vb * a->b_multiplier;
  }
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) out[i] = facet_requantize_rv64(p[i], low, high, a->zero);
}

FACET_INLINE void rows(const facet_binary *args, int32_t y0, int32_t y1, const int is_product) {
  const facet_binary m = facet_binary_merged(args, 1), *a = &m;
  const float low = (float)(a->low - a->zero), high = (float)(a->high - a->zero);
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const int8_t *in_a = facet_at(a->a, y * a->a_row + x * a->a_pixel), *in_b = facet_at(a->b, y * a->b_row + x * a->b_pixel);
      uint8_t *out = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      int32_t i = 0;
      for (; i + 4 <= a->channels; i += 4, in_a += 4, in_b += 4, out += 4) elements(a, in_a, in_b, out, low, high, 4, is_product);
      for (; i < a->channels; i++) elements(a, in_a++, in_b++, out++, low, high, 1, is_product);
    }
}

/// Sum of two tensors, int8, without vectors, scores or a repeated channel.
void facet_add_s8_rv64(const void *arguments, int32_t y0, int32_t y1) { rows(arguments, y0, y1, 0); }

/// Product of two tensors, int8, without vectors, scores or a repeated channel.
void facet_multiply_s8_rv64(const void *arguments, int32_t y0, int32_t y1) { rows(arguments, y0, y1, 1); }
#endif
