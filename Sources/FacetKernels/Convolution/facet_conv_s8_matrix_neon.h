/// Packs the inputs of a strip's pixels for int8 matrix products, whatever segments they come from: of a tile of 8 pixels, for 16 inputs ("a unit",
/// two groups of 8), [2 halves of the pixels][2 groups][4 pixels][8].
#ifndef FACET_CONV_S8_MATRIX_NEON_H
#define FACET_CONV_S8_MATRIX_NEON_H
#include "facet_conv_s8_matrix.h"
#include "facet_conv_strip_neon.h"
#include <arm_neon.h>

enum { TILE = 8 };
_Static_assert(FACET_MATRIX_STRIP *TILE <= STRIP, "pixels of a strip");

/// A tile's inputs as they lie.
typedef struct {
  ptrdiff_t x[TILE];
} tile_inputs;

#define PACK_EACH(DO) DO(0, 16) DO(1, 17) DO(2, 18) DO(3, 19) DO(4, 20) DO(5, 21) DO(6, 22) DO(7, 23)
#define PACK_32(I, J) "ldp q" #I ", q" #J ", [%[x" #I "]], #32\n"
#define PACK_16(I, J) "ldr q" #I ", [%[x" #I "]]\n"
#define PACK_8(I, J) "ldr d" #I ", [%[x" #I "]], #8\n"
#define PACK_STORE "st4 {v0.2d, v1.2d, v2.2d, v3.2d}, [%[to]], #64\n st4 {v4.2d, v5.2d, v6.2d, v7.2d}, [%[to]], #64\n"
#define PACK_STORE_NEXT "st4 {v16.2d, v17.2d, v18.2d, v19.2d}, [%[to]], #64\n st4 {v20.2d, v21.2d, v22.2d, v23.2d}, [%[to]], #64\n"
#define PACK_STORE_8 "st4 {v0.d, v1.d, v2.d, v3.d}[0], [%[to]], %[half]\n st4 {v4.d, v5.d, v6.d, v7.d}[0], [%[to]], #32\n"
#define PACK_INPUT(I) [x##I] "+&r"(x##I)

/// Segments of whole groups, or one segment of any length; each is read to the end of its last unit. A segment that begins within a unit has a
/// group for it first.
FACET_OUTLINE void pack_tile(const tile_inputs *in, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t bytes, ptrdiff_t row, ptrdiff_t column, int8_t *to) {
  ptrdiff_t x0 = in->x[0], x1 = in->x[1], x2 = in->x[2], x3 = in->x[3], x4 = in->x[4], x5 = in->x[5], x6 = in->x[6], x7 = in->x[7];
  size_t within = 0;
  for (; rows > 0; rows--)
    for (ptrdiff_t left = columns; left > 0; left--) {
      const size_t rest = ((size_t)bytes - within) % 32;
      size_t twos = ((size_t)bytes - within + 15) / 32;
      const ptrdiff_t next = (left > 1 ? column : row) - (ptrdiff_t)(within + 32 * twos);
      __asm__ volatile("cbz %[within], 1f\n add %[to], %[to], #32\n" PACK_EACH(PACK_8) PACK_STORE_8
                       "1:\n cbz %[twos], 3f\n"
                       "2:\n" PACK_EACH(PACK_32) "subs %[twos], %[twos], #1\n" PACK_STORE PACK_STORE_NEXT "b.ne 2b\n"
                                                 "3:\n sub %[twos], %[rest], #1\n cmp %[twos], #16\n b.hs 4f\n" PACK_EACH(PACK_16) PACK_STORE "4:\n"
                       : PACK_INPUT(0), PACK_INPUT(1), PACK_INPUT(2), PACK_INPUT(3), PACK_INPUT(4), PACK_INPUT(5), PACK_INPUT(6),
                         PACK_INPUT(7), [to] "+&r"(to), [twos] "+&r"(twos)
                       : [rest] "r"(rest), [within] "r"(within), [half] "r"((ptrdiff_t)64)
                       : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "cc", "memory");
      within = rest % 16;
      if (within) to -= 16 * TILE;
      x0 += next, x1 += next, x2 += next, x3 += next, x4 += next, x5 += next, x6 += next, x7 += next;
    }
}

/// Segments of a pixel side by side: what is copied too much is written over, or never multiplied. Three short rows, as of an image's first layer,
/// take an instruction each way.
FACET_INLINE void stage_pixel(const facet_segments *s, ptrdiff_t bytes, ptrdiff_t row, ptrdiff_t column, const int8_t *from, int8_t *to) {
  if (facet_matrix_short_rows(s)) {
    const int8x16_t first = vld1q_s8(from), second = vld1q_s8(from + row), third = vld1q_s8(from + 2 * row);
    vst1q_s8(to, first);
    vst1q_s8(to + bytes, second);
    vst1q_s8(to + 2 * bytes, third);
    return;
  }
  for (int32_t ky = 0; ky < s->rows; ky++)
    for (int32_t kx = 0; kx < s->columns; kx++, to += bytes)
      FACET_ROLLED_FOR(ptrdiff_t at = 0; at < bytes; at += 16) vst1q_s8(to + at, vld1q_s8(from + ky * row + kx * column + at));
}

/// The inputs of a strip's pixels in tiles; the last pixel is repeated. Segments that end within a group are put side by side first, at `staged`.
FACET_OUTLINE void pack_strip(const facet_conv *c, const facet_strip *strip, int8_t *to, int8_t *staged) {
  const facet_segments s = facet_conv_segments(c);
  const ptrdiff_t bytes = ((ptrdiff_t)s.length + 3) / 4 * 4, row = c->input_row * c->dilation_y, column = c->input_pixel * c->dilation_x;
  const ptrdiff_t tile_bytes = (ptrdiff_t)facet_matrix_tile(c), pixel = tile_bytes / TILE, back = row - (s.columns - 1) * column;
  const int32_t staging = bytes % 8 && s.rows * s.columns > 1;
  tile_inputs last, side_by_side;
  FACET_ROLLED_FOR(int i = 0; i < TILE; i++) side_by_side.x[i] = (ptrdiff_t)staged + i * pixel;
  for (int32_t at = 0; at < strip->count; at += TILE, to += tile_bytes) {
    const tile_inputs *in = (const tile_inputs *)(const void *)(strip->input + at);
    if (strip->count - at < TILE) {
      FACET_ROLLED_FOR(int i = 0; i < TILE; i++) last.x[i] = strip->input[at + i < strip->count ? at + i : strip->count - 1];
      in = &last;
    }
    if (!staging) {
      pack_tile(in, s.rows, s.columns, bytes, back, column, to);
      continue;
    }
    FACET_ROLLED_FOR(int i = 0; i < TILE; i++) stage_pixel(&s, bytes, row, column, (const int8_t *)in->x[i], (int8_t *)side_by_side.x[i]);
    pack_tile(&side_by_side, 1, 1, pixel, 0, 0, to);
  }
}

#endif
