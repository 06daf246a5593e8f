#if defined(__aarch64__) || defined(__arm__)
#include "facet_internal.h"
#include <arm_neon.h>

/// Planar float32 to a float32 tensor with three interleaved channels and pixels without gaps. Elements are moved as integers.
void facet_gather_f32_f32_3x4_neon(const void *arguments, int32_t y0, int32_t y1) {
  const facet_gather *a = arguments;
  const ptrdiff_t plane = (ptrdiff_t)a->height * a->width;
  for (int32_t y = y0; y < y1; y++) {
    const uint32_t *input = (const uint32_t *)a->input + (ptrdiff_t)y * a->width;
    uint32_t *output = facet_at_mutable(a->output, y * a->output_row);
    int32_t left = a->width;
    FACET_ROLLED_FOR(; left >= 4; left -= 4, input += 4, output += 12) {
      const uint32x4x3_t pixels = {{vld1q_u32(input), vld1q_u32(input + plane), vld1q_u32(input + 2 * plane)}};
      vst3q_u32(output, pixels);
    }
    FACET_ROLLED_FOR(; left > 0; left--, input++)
      for (int32_t i = 0; i < 3; i++) *output++ = input[i * plane];
  }
}
#endif
