#if defined(__aarch64__) || defined(__arm__)
#include "facet_binary_rows.h"
#include "../facet_results_neon.h"

// Add and multiply, int8, without scores: 16 channels at a time.

/// An operand: where a row of channels begins. A repeated channel stands in memory 16 times.
typedef struct {
  const int8_t *pixel;
  ptrdiff_t channel; ///< 0 repeats one
  int8_t repeated[16];
} operand;

/// Moves an operand to a pixel.
FACET_INLINE void place(operand *o, const int8_t *pixel) {
  o->pixel = pixel;
  if (o->channel) return;
  vst1q_s8(o->repeated, vdupq_n_s8(pixel[0]));
  o->pixel = o->repeated;
}

typedef struct {
  float32x4_t a_multiplier, b_multiplier;
  facet_bounds bounds;
  int8x8_t a_zero, b_zero;
} constants;

FACET_INLINE int8x16_t results(const constants *k, int8x16_t a, int8x16_t b, const int is_product) {
  facet_floats p;
  if (is_product) {
    const int16x8_t a0 = vsubl_s8(vget_low_s8(a), k->a_zero), a1 = vsubl_s8(vget_high_s8(a), k->a_zero);
    const int16x8_t b0 = vsubl_s8(vget_low_s8(b), k->b_zero), b1 = vsubl_s8(vget_high_s8(b), k->b_zero);
    const facet_sums products = {{vmull_s16(vget_low_s16(a0), vget_low_s16(b0)), vmull_s16(vget_high_s16(a0), vget_high_s16(b0)),
                                  vmull_s16(vget_low_s16(a1), vget_low_s16(b1)), vmull_s16(vget_high_s16(a1), vget_high_s16(b1))}};
    p = facet_scaled(products, (facet_floats){{k->a_multiplier, k->a_multiplier, k->a_multiplier, k->a_multiplier}});
  } else {
    const facet_floats pa = facet_floats_of(a, k->a_zero), pb = facet_floats_of(b, k->b_zero);
    FACET_UNROLLED_FOR(int i = 0; i < 4; i++) p.v[i] = vaddq_f32(vmulq_f32(pa.v[i], k->a_multiplier), vmulq_f32(pb.v[i], k->b_multiplier));
  }
  return facet_results(k->bounds, p);
}

/// The last channels, without a look behind them: the operand may be the output.
FACET_OUTLINE void last_results(const constants *k, const int8_t *a, const int8_t *b, int8_t *output, int32_t count, const int is_product) {
  facet_store_bytes(output, results(k, facet_load_bytes(a, count), facet_load_bytes(b, count), is_product), count);
}

FACET_INLINE void facet_binary_s8_vectors(const facet_binary *args, int32_t y0, int32_t y1, const int is_product) {
  const facet_binary m = facet_binary_merged(args, 1), *a = &m;
  const constants k = {vdupq_n_f32(a->a_multiplier), vdupq_n_f32(a->b_multiplier), facet_bounds_of(a->zero, a->low, a->high),
                       vdup_n_s8((int8_t)a->a_zero), vdup_n_s8((int8_t)a->b_zero)};
  operand left = {.channel = a->a_channel}, right = {.channel = a->b_channel};
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      place(&left, facet_at(a->a, y * a->a_row + x * a->a_pixel));
      place(&right, facet_at(a->b, y * a->b_row + x * a->b_pixel));
      const int8_t *in_a = left.pixel, *in_b = right.pixel;
      int8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      const ptrdiff_t a_step = 16 * left.channel, b_step = 16 * right.channel;
      int32_t i = a->channels;
      FACET_ROLLED_FOR(; i >= 16; i -= 16, in_a += a_step, in_b += b_step, output += 16)
        vst1q_s8(output, results(&k, vld1q_s8(in_a), vld1q_s8(in_b), is_product));
      if (i) last_results(&k, in_a, in_b, output, i, is_product);
    }
}

/// Sum of two tensors, int8, without scores: 16 channels at a time.
void facet_add_s8_16_neon(const void *arguments, int32_t y0, int32_t y1) { facet_binary_s8_vectors(arguments, y0, y1, 0); }

/// Product of two tensors, int8, without scores: 16 channels at a time.
void facet_multiply_s8_16_neon(const void *arguments, int32_t y0, int32_t y1) { facet_binary_s8_vectors(arguments, y0, y1, 1); }
#endif
