#if defined(__riscv) && __riscv_xlen == 64
#include "facet_internal.h"
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_conv_winograd_rvv.h"

#define TYPE intptr_t
#define CONSTRAINT "=&r"
#define LOAD_INPUT "lh"
#define AT(k) "2 * (" #k ")"
#define STEP_BYTES "16"
#define LOAD_WEIGHTS "vle16.v"
#define WEIGHT_BYTES "64"
#define WEIGHT_WIDTH "e16"
#define MULTIPLY_ADD "vwmacc.vx"
#define LMUL_3 "m4"
#define LMUL_6 "m2"
#define LMUL_12 "m1"
#define TURN_3(step) FOUR_AHEAD(step, 0, 0, 4) FOUR_AHEAD(step, 4, 0, 4)
#define TURN_6(step) FOUR_AHEAD(step, 0, 4, 6) FOUR_AHEAD(step, 4, 4, 6)
#define TURN_12(step) FOUR_AHEAD(step, 0, 4, 5) FOUR_AHEAD(step, 4, 4, 5)
#define ROUNDS s.rounds
#include "facet_conv_tile_rvv.h"

/// A chunk of inputs at a time, so that its weights stay in a cache; then position by position, in tiles of the strip's tiles.
void facet_winograd_sums_rvv(const facet_winograd_strip *s, int32_t side, facet_winograd_weights_rvv *weights) {
  const int32_t positions = side * side;
  const ptrdiff_t tap = (ptrdiff_t)s->inputs * FACET_BLOCK, line = (ptrdiff_t)s->inputs * 2;
  int32_t starts[36 * FACET_BLOCK];
  memset(starts, 0, sizeof starts);
  memcpy(starts + (side + 1) * FACET_BLOCK, s->start, 4 * FACET_BLOCK);
  const uint8_t *tiles[FACET_WINOGRAD_WIDE_STRIP];
  for (int32_t i = 0; i < FACET_WINOGRAD_WIDE_STRIP; i++) tiles[i] = facet_at(s->u, (i < s->tiles ? i : s->tiles - 1) * positions * line);
  pixels all = {
      .input = tiles, .w = (const uint8_t *)s->v, .sums = (uint8_t *)s->sums, .next_offset = line, .next_sums = 4 * s->position, .rounds = positions};
  for (int32_t i = 0, count; i < s->inputs; i += count, all.offset += 2 * count) {
    count = s->inputs - i < FACET_WINOGRAD_CHUNK ? s->inputs - i : FACET_WINOGRAD_CHUNK;
    weights(s->w + i * FACET_BLOCK, tap, count, s->v);
    all.next_w = (ptrdiff_t)count * (2 * FACET_BLOCK);
    all.end = all.w + all.next_w;
    all.from = i ? all.sums : (const uint8_t *)starts;
    all.step = i ? 4 * FACET_BLOCK : 0;
    all.next_from = i ? all.next_sums : 4 * FACET_BLOCK;
    run_tiles(&all, s->tiles);
  }
}
#pragma clang attribute pop
#endif
