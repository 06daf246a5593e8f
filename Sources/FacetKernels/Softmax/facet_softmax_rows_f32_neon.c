#if defined(__aarch64__)
#include "../facet_partials_neon.h"
#include "facet_vector_f32_neon.h"

/// Adds vector `j` of 16 elements.
FACET_INLINE void partials_add(partials *p, int32_t j, vector v) {
  float64x2_t *t = p->t + 4 * j;
  t[0] = vaddq_f64(t[0], vcvt_f64_f32(vget_low_f32(v.low)));
  t[1] = vaddq_f64(t[1], vcvt_high_f64_f32(v.low));
  t[2] = vaddq_f64(t[2], vcvt_f64_f32(vget_low_f32(v.high)));
  t[3] = vaddq_f64(t[3], vcvt_high_f64_f32(v.high));
}

/// The largest of all lanes.
FACET_INLINE float largest_of(vector v) { return vmaxvq_f32(vmaxq_f32(v.low, v.high)); }

/// The lowest byte of each of 16 elements, and where `flip` has bits those turned.
FACET_INLINE void store_lowest_bytes(uint8_t *to, const vector v[2], uint8_t flip) {
  const uint16x8_t w0 = vcombine_u16(vmovn_u32(vreinterpretq_u32_f32(v[0].low)), vmovn_u32(vreinterpretq_u32_f32(v[0].high)));
  const uint16x8_t w1 = vcombine_u16(vmovn_u32(vreinterpretq_u32_f32(v[1].low)), vmovn_u32(vreinterpretq_u32_f32(v[1].high)));
  vst1q_u8(to, veorq_u8(vcombine_u8(vmovn_u16(w0), vmovn_u16(w1)), vdupq_n_u8(flip)));
}

#include "facet_softmax_rows_f32_vector.h"

/// Softmax of each pixel's channels, 16 at a time.
void facet_softmax_rows_f32_neon(const void *arguments, int32_t y0, int32_t y1) { softmax_rows(arguments, y0, y1); }
#endif
