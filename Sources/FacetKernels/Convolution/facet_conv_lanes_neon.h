/// Sums of a tile of output pixels by 16 channels where an instruction multiplies a vector of weights by one 32-bit lane of the inputs: sdot (four
/// int8 inputs) and fmla (a float32 one). Whoever includes this has said what LANE_MULTIPLY(sums, weights, inputs, lane) is, in assembly.
#include "facet_conv_segments_neon.h"
#include <arm_neon.h>

// clang-format off
// Pixel I of a tile has its inputs in vector V, its sums in the operands aI0 to aI3; the weights of a step are in v0 to v3.
#define LANE_PIXEL(I, V, lane)                                                                                     \
  LANE_MULTIPLY("%[a" #I "0]", "v0", "v" #V, lane) LANE_MULTIPLY("%[a" #I "1]", "v1", "v" #V, lane)                \
  LANE_MULTIPLY("%[a" #I "2]", "v2", "v" #V, lane) LANE_MULTIPLY("%[a" #I "3]", "v3", "v" #V, lane)
#define LANE_START(I) "ldp %q[a" #I "0], %q[a" #I "1], [%[initial]]\n ldp %q[a" #I "2], %q[a" #I "3], [%[initial], #32]\n"
#define LANE_LOAD(I, V, by) "ldr q" #V ", [%[x" #I "]]" by "\n"
#define LANE_ADD(I, what) "add %[x" #I "], %[x" #I "], %[" what "]\n"
#define LANE_SUMS(I) [a##I##0] "=&w"(acc[I][0]), [a##I##1] "=&w"(acc[I][1]), [a##I##2] "=&w"(acc[I][2]), [a##I##3] "=&w"(acc[I][3])
#define LANE_INPUT(I) [x##I] "+&r"(x##I)

#define LANE_PIXELS_1(lane) LANE_PIXEL(0, 4, lane)
#define LANE_PIXELS_4(lane) LANE_PIXEL(0, 4, lane) LANE_PIXEL(1, 5, lane) LANE_PIXEL(2, 6, lane) LANE_PIXEL(3, 7, lane)
#define LANE_PIXELS_5(lane) LANE_PIXELS_4(lane) LANE_PIXEL(4, 8, lane)
#define LANE_STARTS_1 LANE_START(0)
#define LANE_STARTS_4 LANE_START(0) LANE_START(1) LANE_START(2) LANE_START(3)
#define LANE_STARTS_5 LANE_STARTS_4 LANE_START(4)
#define LANE_LOADS_1(by) LANE_LOAD(0, 4, by)
#define LANE_LOADS_4(by) LANE_LOAD(0, 4, by) LANE_LOAD(1, 5, by) LANE_LOAD(2, 6, by) LANE_LOAD(3, 7, by)
#define LANE_LOADS_5(by) LANE_LOADS_4(by) LANE_LOAD(4, 8, by)
#define LANE_ADDS_1(what) LANE_ADD(0, what)
#define LANE_ADDS_4(what) LANE_ADD(0, what) LANE_ADD(1, what) LANE_ADD(2, what) LANE_ADD(3, what)
#define LANE_ADDS_5(what) LANE_ADDS_4(what) LANE_ADD(4, what)
#define LANE_ALL_1 LANE_SUMS(0), LANE_INPUT(0)
#define LANE_ALL_4 LANE_SUMS(0), LANE_SUMS(1), LANE_SUMS(2), LANE_SUMS(3), LANE_INPUT(0), LANE_INPUT(1), LANE_INPUT(2), LANE_INPUT(3)
#define LANE_ALL_5 LANE_ALL_4, LANE_SUMS(4), LANE_INPUT(4)

#define LANE_STEP(N, lane) LOAD_WEIGHTS(0, 1, 2, 3) LANE_PIXELS_##N(lane)
#define LANE_VECTOR(N)                                                                                             \
  LANE_LOADS_##N(", #16") LANE_STEP(N, "0") "subs %[vector], %[vector], #1\n" LANE_STEP(N, "1") LANE_STEP(N, "2") LANE_STEP(N, "3")
/// One to three lanes are read as 16 bytes, too: there is room behind the activations.
#define LANE_REST(N)                                                                                               \
  LANE_LOADS_##N("") LANE_STEP(N, "0") "cmp %[lanes], #2\n b.lo 5f\n" LANE_STEP(N, "1") "b.eq 5f\n" LANE_STEP(N, "2")

/// The sums of N pixels.
#define LANE_TILE(N)                                                                                               \
  __asm__(LANE_STARTS_##N SEGMENT_LOOPS(LANE_VECTOR(N), LANE_REST(N), LANE_ADDS_##N)                               \
          : LANE_ALL_##N, ROW_OPERANDS                                                                             \
          : LOOP_OPERANDS                                                                                          \
          : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "cc", "memory")

// Eight pixels, 8 channels: inputs in v2 to v9, weights in v0 and v1.
#define NARROW_PIXEL(I, V, lane) LANE_MULTIPLY("%[a" #I "0]", "v0", "v" #V, lane) LANE_MULTIPLY("%[a" #I "1]", "v1", "v" #V, lane)
#define NARROW_PIXELS(lane)                                                                                        \
  NARROW_PIXEL(0, 2, lane) NARROW_PIXEL(1, 3, lane) NARROW_PIXEL(2, 4, lane) NARROW_PIXEL(3, 5, lane)              \
  NARROW_PIXEL(4, 6, lane) NARROW_PIXEL(5, 7, lane) NARROW_PIXEL(6, 8, lane) NARROW_PIXEL(7, 9, lane)
#define NARROW_START(I) "ldp %q[a" #I "0], %q[a" #I "1], [%[initial]]\n"
#define NARROW_LOADS(by)                                                                                           \
  LANE_LOAD(0, 2, by) LANE_LOAD(1, 3, by) LANE_LOAD(2, 4, by) LANE_LOAD(3, 5, by)                                  \
  LANE_LOAD(4, 6, by) LANE_LOAD(5, 7, by) LANE_LOAD(6, 8, by) LANE_LOAD(7, 9, by)
#define NARROW_ADDS(what) LANE_ADDS_5(what) LANE_ADD(5, what) LANE_ADD(6, what) LANE_ADD(7, what)
#define NARROW_STEP(lane) "ld1 {v0.16b, v1.16b}, [%[w]], %[step]\n" NARROW_PIXELS(lane)
#define NARROW_VECTOR                                                                                              \
  NARROW_LOADS(", #16") NARROW_STEP("0") "subs %[vector], %[vector], #1\n" NARROW_STEP("1") NARROW_STEP("2") NARROW_STEP("3")
#define NARROW_REST NARROW_LOADS("") NARROW_STEP("0") "cmp %[lanes], #2\n b.lo 5f\n" NARROW_STEP("1") "b.eq 5f\n" NARROW_STEP("2")
#define NARROW_SUMS(I) [a##I##0] "=&w"(acc[I][0]), [a##I##1] "=&w"(acc[I][1]), [x##I] "+&r"(x##I)
// clang-format on

/// Sums of 8 pixels with 8 channels.
FACET_INLINE void narrow_sums(const segment_loops *l, const ptrdiff_t *in, const uint8_t *w, const void *initial, int32x4_t acc[][2]) {
  ptrdiff_t row = l->rows, column, vector;
  ptrdiff_t x0 = in[0], x1 = in[1], x2 = in[2], x3 = in[3], x4 = in[4], x5 = in[5], x6 = in[6], x7 = in[7];
  __asm__(NARROW_START(0) NARROW_START(1) NARROW_START(2) NARROW_START(3) NARROW_START(4) NARROW_START(5) NARROW_START(6) NARROW_START(7)
              SEGMENT_LOOPS(NARROW_VECTOR, NARROW_REST, NARROW_ADDS)
          : NARROW_SUMS(0), NARROW_SUMS(1), NARROW_SUMS(2), NARROW_SUMS(3), NARROW_SUMS(4), NARROW_SUMS(5), NARROW_SUMS(6), NARROW_SUMS(7),
            ROW_OPERANDS
          : LOOP_OPERANDS
          : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "cc", "memory");
}

/// Sums of N pixels (1, 4 or 5) of a strip, from `at` on, with 16 channels whose weights begin at `w`; each starts from its channel's `initial`.
FACET_INLINE void lane_sums(const segment_loops *l, const ptrdiff_t *in, const uint8_t *w, const void *initial, int32x4_t acc[][4], const int N) {
  ptrdiff_t row = l->rows, column, vector;
  ptrdiff_t x0 = in[0];
  if (N == 1) {
    LANE_TILE(1);
    return;
  }
  ptrdiff_t x1 = in[1], x2 = in[2], x3 = in[3];
  if (N == 4) {
    LANE_TILE(4);
    return;
  }
  ptrdiff_t x4 = in[4];
  LANE_TILE(5);
}

/// N pixels by 16 channels, or 8 by 8, from `at` on, of which `valid` are stored.
typedef void lane_tile(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const segment_loops *l, const void *constants,
                       int32_t at, int32_t valid, const int N);

/// How many pixels of a strip pass in narrow tiles, the last of which may overhang.
FACET_INLINE int32_t narrow_pixels(const facet_strip *s, const facet_conv_part *part) {
  return part->count <= NARROW && s->count > 5 ? (s->count + 2) / 8 * 8 : 0;
}

/// How many pixels of a strip without narrow tiles pass in tiles of 4, which come first, or alone.
FACET_INLINE int32_t small_pixels(const facet_strip *s) { return s->count == 1 ? 1 : (5 - s->count % 5) % 5 * 4; }

/// Tiles of 4 until those of 5 make the rest, so that hardly any tile overhangs.
FACET_INLINE void lane_tiles(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const void *all, const void *constants,
                             lane_tile *tile, lane_tile *narrow) {
  const segment_loops l = *(const segment_loops *)all; // a copy stays in registers
  int32_t at = 0, left = s->count;
  for (; part->count <= NARROW && left > 5; left -= 8, at += 8) narrow(c, s, part, &l, constants, at, left < 8 ? left : 8, 8);
  if (left == 1) {
    tile(c, s, part, &l, constants, at, 1, 1);
    return;
  }
  for (; left > 0 && left % 5; left -= 4, at += 4) tile(c, s, part, &l, constants, at, left < 4 ? left : 4, 4);
  for (; left > 0; left -= 5, at += 5) tile(c, s, part, &l, constants, at, 5, 5);
}
