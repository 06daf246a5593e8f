#if defined(__riscv) && __riscv_xlen == 64
#include "facet_internal.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_vector_f32_rvv.h"

/// The sums of a pixel to its results.
FACET_INLINE void store(const facet_conv *c, vfloat32m8_t v, ptrdiff_t output, ptrdiff_t residual, size_t vl) {
  if (c->residual) v = __riscv_vfadd_vv_f32m8(v, __riscv_vle32_v_f32m8(facet_at(c->residual, residual), vl), vl);
  __riscv_vse32_v_f32m8(facet_at_mutable(c->output, output), facet_clamp_rvv(v, c->low_f, c->high_f, vl), vl);
}

/// Depthwise convolution, float32: two pixels by 32 channels with vectors of 128 bits, more with longer ones; taps in the order of the weights.
void facet_depthwise_f32_2x32_rvv(const void *arguments, int32_t y0, int32_t y1) {
  const facet_conv *c = arguments;
  const ptrdiff_t pixel = c->input_pixel * c->stride_x, tap_row = c->input_row * c->dilation_y, tap_pixel = c->input_pixel * c->dilation_x;
  const size_t channels = (size_t)c->groups;
  for (int32_t y = y0; y < y1; y++)
    for (size_t first = 0, vl; first < channels; first += vl) {
      vl = __riscv_vsetvl_e32m8(channels - first);
      for (int32_t x = 0; x < c->out_width; x += 2) {
        const ptrdiff_t step = x + 1 < c->out_width ? pixel : 0; // to the second pixel, where there is one
        const uint8_t *row = (const uint8_t *)c->input + y * (c->input_row * c->stride_y) + x * pixel + 4 * (ptrdiff_t)first;
        const float *w = (const float *)c->weights + first;
        vfloat32m8_t a = __riscv_vle32_v_f32m8(c->bias + first, vl), b = a; // loaded again: registers suffice for two pixels and two operands
        for (int32_t ky = 0; ky < c->kernel_h; ky++, row += tap_row) {
          const uint8_t *in = row;
          FACET_ROLLED_FOR(int32_t kx = 0; kx < c->kernel_w; kx++, in += tap_pixel, w += channels) {
            const vfloat32m8_t weights = __riscv_vle32_v_f32m8(w, vl);
            a = __riscv_vfmacc_vv_f32m8(a, __riscv_vle32_v_f32m8((const float *)in, vl), weights, vl);
            __asm__ volatile("" : "+vr"(a) : : "memory"); // or the compiler loads both pixels first, and has no register for them
            b = __riscv_vfmacc_vv_f32m8(b, __riscv_vle32_v_f32m8((const float *)(in + step), vl), weights, vl);
          }
        }
        const ptrdiff_t output = y * c->output_row + x * c->output_pixel + 4 * (ptrdiff_t)first;
        const ptrdiff_t residual = y * c->residual_row + x * c->residual_pixel + 4 * (ptrdiff_t)first;
        store(c, a, output, residual, vl);
        if (step) store(c, b, output + c->output_pixel, residual + c->residual_pixel, vl);
      }
    }
}
#pragma clang attribute pop
#endif
