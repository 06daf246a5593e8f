/// Depthwise convolution, float32, plainly: acc = bias; acc = fma(x, w, acc) in the order of the taps. `fused` is the fused multiply-add of
/// whoever includes it.
#include "facet_store_f32.h"

typedef float fused_multiply_add(float x, float w, float acc);

FACET_INLINE void facet_depthwise_f32_body(const facet_depthwise *d, int32_t y0, int32_t y1, fused_multiply_add *fused) {
  const facet_conv *c = &d->c;
  const int32_t channels = c->groups;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < c->out_width; x++) {
      const void *pixel = facet_at(c->input, y * (c->input_row * c->stride_y) + x * (c->input_pixel * c->stride_x));
      for (int32_t first = 0; first < channels; first += FACET_CHUNK) {
        const int32_t count = channels - first < FACET_CHUNK ? channels - first : FACET_CHUNK;
        float acc[FACET_CHUNK];
        memcpy(acc, c->bias + first, (size_t)count * sizeof acc[0]);
        const float *w = (const float *)c->weights + first;
        for (int32_t ky = 0; ky < c->kernel_h; ky++)
          for (int32_t kx = 0; kx < c->kernel_w; kx++, w += channels) {
            const float *in = (const float *)facet_at(pixel, ky * (c->input_row * c->dilation_y) + kx * (c->input_pixel * c->dilation_x)) + first;
            for (int32_t i = 0; i < count; i++) acc[i] = fused(in[i], w[i], acc[i]);
          }
        facet_store_f32(c, acc, first, count, y, x);
      }
    }
}
