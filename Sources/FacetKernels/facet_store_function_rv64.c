#if defined(__riscv) && __riscv_xlen == 64
#include "facet_store_function_rv64.h"

const facet_conv *facet_with_function_rv64(const facet_conv *c, facet_function_rv64 *room) {
  if (c->function == FACET_RESULT_PLAIN) return c;
  room->c = *c;
  for (int32_t i = 0; i < FACET_PIECES && c->function == FACET_RESULT_PIECES; i++) {
    const int32_t piece = i ^ FACET_PIECES / 2; // from the least v on
    const uint32_t slope = (uint32_t)c->pieces[FACET_PIECES + piece] << 6;
    room->pieces[i].slope = (int32_t)slope;
    room->pieces[i].start = (int32_t)(((uint32_t)c->pieces[piece] << 16) + 0x8000 - slope * (uint32_t)(i * 1024));
  }
  return &room->c;
}

/// p or its product with a slope. Of two addends one is zero, so that a fused operation rounds as the product alone.
FACET_INLINE float sloped(float p, float slope) { return __builtin_fmaf(__builtin_fminf(p, 0), slope, __builtin_fmaxf(p, 0)); }

FACET_INLINE float hard_swish(float p, float alpha, float beta) { return p * __builtin_fminf(__builtin_fmaxf(p * alpha + beta, 0), 1); }

/// The result of p by pieces. What is out of bounds is looked for where that is cheapest, and comes seldom.
FACET_INLINE uint8_t by_pieces(const facet_function_rv64 *f, int64_t offset, int64_t most, int64_t half, float p) {
  int64_t v;
  __asm__("fcvt.w.s %0, %1, rne" : "=r"(v) : "f"(p));
  v += offset;
  if (__builtin_expect((uint64_t)v > (uint64_t)most, 0)) {
    v = v < 0 ? 0 : most;
    __asm__("" : "+r"(v)); // or both cases come in one, without a branch
  }
  const int32_t w = (int32_t)((uint32_t)f->pieces[v >> 10].start + (uint32_t)f->pieces[v >> 10].slope * (uint32_t)v);
  int64_t y = (w + half) >> 23;
  if (__builtin_expect((uint64_t)(y + 128) > 255, 0)) {
    y = y < 0 ? -128 : 127;
    __asm__("" : "+r"(y));
  }
  return (uint8_t)y;
}

/// Makes `result` of p, for each sum of each line: of channels of a pixel, or of pixels in a row of one channel.
#define EACH(unrolled, result)                                                                            \
  for (int32_t at = 0; at < s.pixels; at++) {                                                             \
    const uint32_t *sums = (const uint32_t *)s.sums + at * s.step;                                        \
    const int8_t *residual = with_residual ? facet_line_at(s.residual, s.residuals, at) : NULL;           \
    uint8_t *output = channels ? facet_line_at(s.output, s.outputs, at) : (uint8_t *)s.output + at * row; \
    _Pragma(unrolled) for (int32_t i = 0; i < s.count; i++, output += step) {                             \
      float p = (float)(int32_t)sums[i] * (channels ? multipliers[i] : multiplier);                       \
      if (with_residual) p += (float)(residual[i] - residual_zero) * residual_multiplier;                 \
      *output = result;                                                                                   \
    }                                                                                                     \
  }
#define EACH_BY_FUNCTION(unrolled)                                                                  \
  if (c->function == FACET_RESULT_SLOPES) {                                                         \
    const float *slopes = c->slopes + s.first, slope = *slopes;                                     \
    EACH(unrolled, facet_requantize_rv64(sloped(p, channels ? slopes[i] : slope), low, high, zero)) \
  } else if (c->function == FACET_RESULT_HARD_SWISH) {                                              \
    EACH(unrolled, facet_requantize_rv64(hard_swish(p, alpha, beta), low, high, zero))              \
  } else {                                                                                          \
    EACH(unrolled, by_pieces(f, offset, most, half, p))                                             \
  }

FACET_INLINE void store(const facet_conv *c, facet_sums_riscv s, const int channels, const int with_residual) {
  const facet_function_rv64 *f = (const facet_function_rv64 *)(const void *)c;
  const float low = (float)(c->low - c->zero), high = (float)(c->high - c->zero), alpha = c->alpha, beta = c->beta;
  const float *multipliers = c->multiplier + s.first;
  const float residual_multiplier = c->residual_multiplier, multiplier = *multipliers;
  const int32_t zero = c->zero, residual_zero = c->residual_zero;
  int64_t most = 65535, half = 64 << 16;
  const int64_t offset = (int64_t)c->offset + 32768;
  __asm__("" : "+r"(most), "+r"(half)); // in registers
  const ptrdiff_t row = c->output_row, step = channels ? 1 : c->output_pixel;
  if (with_residual) {
    EACH_BY_FUNCTION("clang loop unroll(disable)")
  } else if (channels) {
    EACH_BY_FUNCTION("clang loop unroll_count(4)")
  } else {
    EACH_BY_FUNCTION("clang loop unroll_count(2)")
  }
}

FACET_OUTLINE void store_with_residual(const facet_conv *c, const facet_sums_riscv *s) { store(c, *s, 1, 1); }

void facet_store_function_rv64(const facet_conv *c, const facet_sums_riscv *s) {
  if (c->residual)
    store_with_residual(c, s);
  else
    store(c, *s, 1, 0);
}

void facet_store_channel_function_rv64(const facet_conv *c, const uint32_t *sums, int32_t channel, int32_t rows, int32_t columns, uint8_t *output) {
  const facet_sums_riscv s = {.sums = sums, .step = columns, .output = (uintptr_t)output, .first = channel, .count = columns, .pixels = rows};
  store(c, s, 0, 0);
}
#endif
