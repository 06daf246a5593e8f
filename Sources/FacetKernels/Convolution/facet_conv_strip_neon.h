/// Strips of output pixels by parts of 16 output channels, on 32-bit ARM of 8: the outer loops of ARM's convolutions, int8 and float32.
#ifndef FACET_CONV_STRIP_NEON_H
#define FACET_CONV_STRIP_NEON_H
#include "facet_conv_tile.h"

/// Output pixels that all channels pass before the next ones (a multiple of all widths of tiles); output channels of a tile, and of one for the
/// last few channels.
#if defined(__aarch64__)
enum { STRIP = 240, PART = 16, NARROW = 8, REPEATED = 3 };
#else
enum { STRIP = 240, PART = 8, REPEATED = 3 }; // half as many registers
#endif

/// Output pixels from `first` on: where they lie; residuals only where there are any. The last one stands there REPEATED times more, for tiles that
/// overhang. A little room behind them.
typedef struct {
  ptrdiff_t input[STRIP + 4]; ///< addresses
  ptrdiff_t output[STRIP + 4], residual[STRIP + 4];
  int32_t first, count;
} facet_strip;

/// PART output channels: their weights, the index of the first one in the per-channel arrays, its output channel, and how many exist.
typedef struct {
  const uint8_t *weights;
  ptrdiff_t first;
  int32_t channel, count;
} facet_conv_part;

/// What a level makes of a strip and a part; `all` is what it has prepared for all of them.
typedef void facet_conv_run(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const void *all);

#pragma GCC visibility push(hidden)
/// Output pixels [p0, p1), at most STRIP, of a group whose first channel is at `base`.
void facet_conv_fill_strip_neon(const facet_conv *c, const uint8_t *base, int32_t p0, int32_t p1, facet_strip *s);
#pragma GCC visibility pop

/// What a level makes of a strip before its parts.
typedef void facet_conv_prepare(facet_strip *s, const void *all);

/// All of the work in strips of at most `strip` pixels, `element` bytes an input: a step of weights is 128 bytes, four bytes for each channel of a
/// block.
FACET_INLINE void facet_conv_prepared_strips(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1, int32_t element, int32_t strip,
                                             facet_conv_prepare *prepare, facet_conv_run *run, const void *all) {
  const facet_segments segments = facet_conv_segments(c);
  const int32_t steps = element == 1 ? (segments.length + 3) / 4 : segments.length;
  const size_t block_bytes = (size_t)segments.rows * (size_t)segments.columns * (size_t)steps * (FACET_BLOCK * 4);
  facet_strip s;
  for (int32_t p = p0, end; p < p1; p = end) {
    end = p1 - p < strip ? p1 : p + strip;
    const uint8_t *input = NULL;
    for (int32_t i = b0; i < b1; i++) {
      const facet_conv_block b = facet_conv_block_at(c, i, element);
      if (b.input != input) {
        facet_conv_fill_strip_neon(c, b.input, p, end, &s);
        if (prepare) prepare(&s, all);
      }
      input = b.input;
      for (int32_t half = 0; half < b.count; half += PART) {
        const int32_t left = b.count - half;
        const facet_conv_part part = {(const uint8_t *)c->weights + (size_t)i * block_bytes + 4 * half, b.first + half, b.channel + half,
                                      left < PART ? left : PART};
        run(c, &s, &part, all);
      }
    }
  }
}

FACET_INLINE void facet_conv_strips(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1, int32_t element, facet_conv_run *run,
                                    const void *all) {
  facet_conv_prepared_strips(c, p0, p1, b0, b1, element, STRIP, NULL, run, all);
}

#endif
