/// Strips of output pixels for the convolutions of facet_conv_tile_rvv.h, which is included before.
#include "facet_conv_tile.h"

/// Output pixels of a strip, a multiple of each tile's. Sums of a strip stay in memory between the segments of the window.
enum { STRIP = 72 };

typedef struct {
  const uint8_t *input[STRIP]; ///< for the first group; those behind the last pixel repeat it
  ptrdiff_t output[STRIP], residual[STRIP];
  int32_t index, pixels;
  int32_t window; ///< bytes from one pixel's inputs to the next one's, where small windows have been copied; otherwise 0
  uint32_t sums[STRIP][FACET_BLOCK];
} strip;

/// The next pixels.
FACET_OUTLINE void fill(const facet_conv *c, const facet_conv_strides *strides, facet_position *position, strip *s) {
  const facet_conv_strides all = *strides; // copies, in which the strip does not lie
  facet_position p = *position;
  const int32_t pixels = s->pixels;
  s->index = p.index;
  for (int32_t i = 0; i < pixels; i++) {
    s->input[i] = (const uint8_t *)c->input + p.input;
    s->output[i] = p.output;
    s->residual[i] = p.residual;
    facet_position_advance(&all, &p, 1);
  }
  for (int32_t i = pixels; i < STRIP && i < pixels + 5; i++) s->input[i] = s->input[pixels - 1];
  *position = p;
}

/// What the sums of a strip start from, of each pixel `step` bytes further: what the layer says of the block, later the sums themselves.
typedef struct {
  const void *from;
  ptrdiff_t step;
} start;

/// Inputs of each pixel, `offset` bytes from where its pointer leads, by the weights from `w` to `end`, in whole turns.
FACET_INLINE void add(strip *s, ptrdiff_t offset, const void *w, const void *end, start *at) {
  const pixels p = {
      .input = s->input, .offset = offset, .w = w, .end = end, .from = at->from, .step = at->step, .sums = (uint8_t *)s->sums, .rounds = 1};
  run_tiles(&p, s->pixels);
  at->from = s->sums;
  at->step = sizeof s->sums[0];
}

/// A strip's pixels by one block of channels: what differs between types of numbers.
FACET_OUTLINE void block(const facet_conv *c, facet_segments g, int32_t i, strip *s);

/// Pixels [p0, p1) by blocks [b0, b1); `prepare`: what a strip needs beside its pixels.
FACET_INLINE void strips(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1,
                         void (*prepare)(const facet_conv *c, facet_segments g, strip *s)) {
  const facet_segments g = facet_conv_segments(c);
  const facet_conv_strides strides = facet_conv_strides_of(c);
  strip s;
  facet_position p = facet_position_at(c, p0);
  for (; p0 < p1; p0 += s.pixels) {
    s.pixels = p1 - p0 < STRIP ? p1 - p0 : STRIP;
    fill(c, &strides, &p, &s);
    if (prepare) prepare(c, g, &s);
    for (int32_t i = b0; i < b1; i++) block(c, g, i, &s);
  }
}
