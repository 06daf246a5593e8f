#if defined(__arm__)
#include "facet_store_f32.h"

enum { PIXELS = 2, CHANNELS = 8 };

#define FUSED(sum, x, w) "vfma.f32 s" #sum ", s" #x ", s" #w "\n"
#define EIGHT(x, a, b, c, d, e, f, g, h) \
  FUSED(a, x, 16) FUSED(b, x, 17) FUSED(c, x, 18) FUSED(d, x, 19) FUSED(e, x, 20) FUSED(f, x, 21) FUSED(g, x, 22) FUSED(h, x, 23)

/// Adds a run of `count` inputs of two pixels to the sums of 8 channels each. By single numbers of VFP: vectors of 32-bit NEON flush what is
/// subnormal. `w`: the channels of the run's weights, FACET_BLOCK apart. Returns those behind it.
FACET_INLINE const float *run(const float *a, const float *b, const float *w, int32_t count, float *sums) {
  __asm__ volatile("vldmia %[sums], {s0-s15}\n"
                   "1:\n"
                   "vldmia %[w], {s16-s23}\n"
                   "add %[w], %[w], %[step]\n"
                   "vldmia %[a]!, {s24}\n"
                   "vldmia %[b]!, {s25}\n"
                   "subs %[count], %[count], #1\n" EIGHT(24, 0, 1, 2, 3, 4, 5, 6, 7)
                       EIGHT(25, 8, 9, 10, 11, 12, 13, 14, 15) "bne 1b\n"
                                                               "vstmia %[sums], {s0-s15}\n"
                   : [w] "+r"(w), [a] "+r"(a), [b] "+r"(b), [count] "+r"(count)
                   : [sums] "r"(sums), [step] "I"(4 * FACET_BLOCK)
                   : "cc", "memory", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9", "d10", "d11", "d12");
  return w;
}

/// Convolution and fully connected, float32: 2 pixels by 8 channels, VFP's fused multiply-add.
void facet_conv_f32_2x8_neon(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_conv *c = arguments;
  const facet_segments s = facet_conv_segments(c);
  const int32_t group_blocks = facet_group_blocks(c);
  const size_t block_elements = (size_t)s.rows * s.columns * s.length * FACET_BLOCK;
  for (int32_t b = b0; b < b1; b++) {
    const int32_t group = b / group_blocks, block = b % group_blocks, channels = facet_block_channels(c, block);
    const void *base = (const float *)c->input + (ptrdiff_t)group * c->group_inputs;
    for (int32_t p = p0; p < p1; p += PIXELS) {
      const int32_t valid = p1 - p < PIXELS ? 1 : PIXELS;
      const void *pixels[PIXELS];
      FACET_ROLLED_FOR(int32_t i = 0; i < PIXELS; i++) {
        const int32_t q = i < valid ? p + i : p, y = q / c->out_width, x = q % c->out_width;
        pixels[i] = facet_at(base, y * (c->input_row * c->stride_y) + x * (c->input_pixel * c->stride_x));
      }
      for (int32_t from = 0; from < channels; from += CHANNELS) {
        const float *w = (const float *)c->weights + (size_t)b * block_elements + from;
        float sums[PIXELS][CHANNELS];
        FACET_ROLLED_FOR(int32_t i = 0; i < PIXELS; i++) memcpy(sums[i], c->bias + (size_t)b * FACET_BLOCK + from, sizeof sums[i]);
        for (int32_t ky = 0; ky < s.rows; ky++)
          for (int32_t kx = 0; kx < s.columns; kx++) {
            const ptrdiff_t tap = ky * (c->input_row * c->dilation_y) + kx * (c->input_pixel * c->dilation_x);
            w = run(facet_at(pixels[0], tap), facet_at(pixels[1], tap), w, s.length, sums[0]);
          }
        const int32_t count = channels - from < CHANNELS ? channels - from : CHANNELS;
        FACET_ROLLED_FOR(int32_t i = 0; i < valid; i++)
          facet_store_f32(c, sums[i], group * c->group_outputs + block * FACET_BLOCK + from, count, (p + i) / c->out_width, (p + i) % c->out_width);
      }
    }
  }
}
#endif
