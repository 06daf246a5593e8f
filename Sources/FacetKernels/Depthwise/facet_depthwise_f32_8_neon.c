#if defined(__arm__)
#include "facet_store_f32.h"

enum { CHANNELS = 8 };

/// Adds a tap of 8 channels to their sums, by single numbers of VFP: vectors of 32-bit NEON flush what is subnormal.
FACET_INLINE void tap(const float *in, const float *w, float *sums) {
  __asm__ volatile("vldmia %[in], {s8-s15}\n"
                   "vldmia %[w], {s16-s23}\n"
                   "vldmia %[sums], {s0-s7}\n"
                   "vfma.f32 s0, s8, s16\n"
                   "vfma.f32 s1, s9, s17\n"
                   "vfma.f32 s2, s10, s18\n"
                   "vfma.f32 s3, s11, s19\n"
                   "vfma.f32 s4, s12, s20\n"
                   "vfma.f32 s5, s13, s21\n"
                   "vfma.f32 s6, s14, s22\n"
                   "vfma.f32 s7, s15, s23\n"
                   "vstmia %[sums], {s0-s7}\n"
                   :
                   : [in] "r"(in), [w] "r"(w), [sums] "r"(sums)
                   : "memory", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9", "d10", "d11");
}

/// Depthwise convolution, float32: 8 channels at a time, VFP's fused multiply-add.
void facet_depthwise_f32_8_neon(const void *arguments, int32_t y0, int32_t y1) {
  const facet_conv *c = &((const facet_depthwise *)arguments)->c;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < c->out_width; x++) {
      const void *pixel = facet_at(c->input, y * (c->input_row * c->stride_y) + x * (c->input_pixel * c->stride_x));
      for (int32_t first = 0; first < c->groups; first += FACET_CHUNK) {
        const int32_t count = c->groups - first < FACET_CHUNK ? c->groups - first : FACET_CHUNK;
        float sums[FACET_CHUNK];
        memcpy(sums, c->bias + first, (size_t)count * sizeof sums[0]);
        const float *w = (const float *)c->weights + first;
        for (int32_t ky = 0; ky < c->kernel_h; ky++)
          for (int32_t kx = 0; kx < c->kernel_w; kx++, w += c->groups) {
            const float *in = (const float *)facet_at(pixel, ky * (c->input_row * c->dilation_y) + kx * (c->input_pixel * c->dilation_x)) + first;
            int32_t i = 0;
            for (; i + CHANNELS <= count; i += CHANNELS) tap(in + i, w + i, sums + i);
            FACET_ROLLED_FOR(; i < count; i++) sums[i] = __builtin_fmaf(in[i], w[i], sums[i]);
          }
        facet_store_f32(c, sums, first, count, y, x);
      }
    }
}
#endif
