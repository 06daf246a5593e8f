#if defined(__riscv) && __riscv_xlen == 64
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_vector_f32_rvv.h"

#define TYPE float
#define CONSTRAINT "=&f"
#define LOAD_INPUT "flw"
#define AT(k) "4 * (" #k ")"
#define STEP_BYTES "16"
#define LOAD_WEIGHTS "vle32.v"
#define WEIGHT_BYTES "128"
#define WEIGHT_WIDTH "e32"
#define MULTIPLY_ADD "vfmacc.vf"
#define LMUL_3 "m8"
#define LMUL_6 "m4"
#define LMUL_12 "m2"
#define TURN_3(step) FOUR_IN_PLACE(step, 0, 0)
#define TURN_6(step) FOUR_AHEAD(step, 0, 0, 4)
#define TURN_12(step) FOUR_AHEAD(step, 0, 4, 6)
#include "facet_conv_tile_rvv.h"
#include "facet_conv_strip_rvv.h"

/// Up to three inputs that are left of a segment.
FACET_OUTLINE void rest(strip *s, ptrdiff_t offset, const float *w, ptrdiff_t count, start *at) {
  const size_t vl = FACET_BLOCK;
  for (; count > 0; count--, offset += 4, w += FACET_BLOCK) {
    const vfloat32m8_t weights = __riscv_vle32_v_f32m8(w, vl);
    for (int32_t i = 0; i < s->pixels; i++) {
      const float x = *(const float *)(s->input[i] + offset);
      const vfloat32m8_t sums = __riscv_vle32_v_f32m8(facet_at(at->from, i * at->step), vl);
      __riscv_vse32_v_f32m8((float *)s->sums[i], __riscv_vfmacc_vf_f32m8(sums, x, weights, vl), vl);
    }
    at->from = s->sums;
    at->step = sizeof s->sums[0];
  }
}

/// The sums of a pixel to its results.
FACET_OUTLINE void store(const facet_conv *c, const facet_conv_block *b, const strip *s, int32_t i) {
  const size_t vl = (size_t)b->count;
  vfloat32m8_t v = __riscv_vle32_v_f32m8((const float *)s->sums[i], vl);
  if (c->residual) v = __riscv_vfadd_vv_f32m8(v, __riscv_vle32_v_f32m8((const float *)facet_at(c->residual, s->residual[i]) + b->channel, vl), vl);
  __riscv_vse32_v_f32m8((float *)facet_at_mutable(c->output, s->output[i]) + b->channel, facet_clamp_rvv(v, c->low_f, c->high_f, vl), vl);
}

/// Each result is summed in the order of the weights.
FACET_OUTLINE void block(const facet_conv *c, facet_segments g, int32_t i, strip *s) {
  const facet_conv_block b = facet_conv_block_at(c, i, sizeof(float));
  const ptrdiff_t from = b.input - (const uint8_t *)c->input, length = g.length, fours = length & ~3;
  const float *w = (const float *)c->weights + i * (g.rows * g.columns * length * FACET_BLOCK);
  start at = {c->bias + b.first, 0};
  for (int32_t ky = 0; ky < g.rows; ky++)
    for (int32_t kx = 0; kx < g.columns; kx++, w += length * FACET_BLOCK) {
      const ptrdiff_t tap = from + ky * (c->input_row * c->dilation_y) + kx * (c->input_pixel * c->dilation_x);
      if (fours) add(s, tap, w, w + fours * FACET_BLOCK, &at);
      rest(s, tap + 4 * fours, w + fours * FACET_BLOCK, length - fours, &at);
    }
  for (int32_t p = 0; p < s->pixels; p++) store(c, &b, s, p);
}

/// Convolution and fully connected, float32: 3 pixels by 32 channels with vectors of 128 bits, 6 with 256, 12 with 512 and more.
void facet_conv_f32_3x32_rvv(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) { strips(arguments, p0, p1, b0, b1, NULL); }
#pragma clang attribute pop
#endif
