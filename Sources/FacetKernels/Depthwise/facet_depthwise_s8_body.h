/// Depthwise convolution, int8: the loops that each ISA level compiles for itself.
#include "facet_internal.h"

/// acc += in[t] * w[t] over `taps` <= 3 neighbouring taps; a product of one byte each fits in 16 bits.
#define FACET_ACCUMULATE(type, taps)                                                                                                          \
  for (int32_t i = 0; i < count; i++) {                                                                                                       \
    uint32_t sum = acc[i];                                                                                                                    \
    for (int32_t t = 0; t < taps; t++) sum += (uint32_t)(int16_t)((int16_t)((const type *)in)[t * in_step + i] * (int16_t)w[t * w_step + i]); \
    acc[i] = sum;                                                                                                                             \
  }

FACET_INLINE void facet_depthwise_s8_taps(uint32_t *acc, const void *in, ptrdiff_t in_step, const int8_t *w, ptrdiff_t w_step, int32_t taps,
                                          int32_t count, int32_t stored_unsigned) {
  if (stored_unsigned) {
    if (taps == 3) FACET_ACCUMULATE(uint8_t, 3) else FACET_ACCUMULATE(uint8_t, 1)
  } else {
    if (taps == 3) FACET_ACCUMULATE(int8_t, 3) else FACET_ACCUMULATE(int8_t, 1)
  }
}
#undef FACET_ACCUMULATE

FACET_INLINE void facet_depthwise_s8_body(const facet_depthwise *d, int32_t y0, int32_t y1) {
  const facet_conv *c = &d->c;
  const int32_t channels = c->groups;
  const ptrdiff_t tap_row = c->input_row * c->dilation_y, tap_pixel = c->input_pixel * c->dilation_x;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < c->out_width; x++) {
      const void *pixel = facet_at(c->input, y * (c->input_row * c->stride_y) + x * (c->input_pixel * c->stride_x));
      for (int32_t first = 0; first < channels; first += FACET_CHUNK) {
        const int32_t count = channels - first < FACET_CHUNK ? channels - first : FACET_CHUNK;
        uint32_t acc[FACET_CHUNK]; // unsigned: partial sums may wrap
        memcpy(acc, c->initial + first, (size_t)count * sizeof acc[0]);
        const int8_t *w = (const int8_t *)c->weights + first;
        for (int32_t ky = 0; ky < c->kernel_h; ky++) {
          const void *in = facet_at(pixel, ky * tap_row + first);
          for (int32_t kx = 0; kx < c->kernel_w;) {
            const int32_t taps = c->kernel_w - kx >= 3 ? 3 : 1;
            facet_depthwise_s8_taps(acc, facet_at(in, kx * tap_pixel), tap_pixel, w, channels, taps, count, c->stored_unsigned);
            w += (ptrdiff_t)taps * channels;
            kx += taps;
          }
        }
        facet_store_s8(c, acc, first, first, count, y, x);
      }
    }
}
