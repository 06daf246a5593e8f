#define FACET_SMALL_ON_ARM
#include "facet_small.h"
#include "facet_binary_rows.h"

/// `count` elements minus their zero point, as int32; a repeated one is read again.
FACET_INLINE void facet_binary_load_s8(int32_t *to, const void *from, ptrdiff_t channel, int32_t first, int32_t count, int32_t zero,
                                       int32_t stored_unsigned) {
  if (!channel) {
    const int32_t value = facet_element(from, 0, stored_unsigned) - zero;
    for (int32_t i = 0; i < count; i++) to[i] = value;
  } else if (stored_unsigned) {
    const uint8_t *in = (const uint8_t *)from + first;
    for (int32_t i = 0; i < count; i++) to[i] = in[i] - zero;
  } else {
    const int8_t *in = (const int8_t *)from + first;
    for (int32_t i = 0; i < count; i++) to[i] = in[i] - zero;
  }
}

/// Sum or product: one copy for both, which keeps the engine small.
FACET_OUTLINE void both(const facet_binary *args, int32_t y0, int32_t y1, int32_t multiply) {
  const facet_binary m = facet_binary_merged(args, 1), *a = &m;
  const float low = (float)(a->low - a->zero), high = (float)(a->high - a->zero);
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const void *in_a = facet_at(a->a, y * a->a_row + x * a->a_pixel), *in_b = facet_at(a->b, y * a->b_row + x * a->b_pixel);
      for (int32_t first = 0; first < a->channels; first += FACET_CHUNK) {
        const int32_t count = a->channels - first < FACET_CHUNK ? a->channels - first : FACET_CHUNK;
        int32_t va[FACET_CHUNK], vb[FACET_CHUNK];
        facet_binary_load_s8(va, in_a, a->a_channel, first, count, a->a_zero, a->stored_unsigned);
        facet_binary_load_s8(vb, in_b, a->b_channel, first, count, a->b_zero, a->stored_unsigned);
        if (a->scores && !multiply) {
          float result[FACET_CHUNK];
          for (int32_t i = 0; i < count; i++) result[i] = (float)va[i] * a->scores_a_multiplier + (float)vb[i] * a->scores_b_multiplier;
          memcpy((float *)facet_at_mutable(a->scores, y * a->scores_row + x * a->scores_pixel) + first, result, (size_t)count * sizeof(float));
        }
        if (a->output) {
          uint8_t result[FACET_CHUNK];
          if (multiply)
            for (int32_t i = 0; i < count; i++) result[i] = facet_requantize((float)(va[i] * vb[i]) * a->a_multiplier, low, high, a->zero);
          else
            for (int32_t i = 0; i < count; i++)
              result[i] = facet_requantize((float)va[i] * a->a_multiplier + (float)vb[i] * a->b_multiplier, low, high, a->zero);
          memcpy(facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel + first), result, (size_t)count);
        }
      }
    }
}

/// Sum of two tensors, int8.
void facet_add_s8_scalar(const void *arguments, int32_t y0, int32_t y1) { both(arguments, y0, y1, 0); }

/// Product of two tensors, int8.
void facet_multiply_s8_scalar(const void *arguments, int32_t y0, int32_t y1) { both(arguments, y0, y1, 1); }
#include "facet_small_end.h"
