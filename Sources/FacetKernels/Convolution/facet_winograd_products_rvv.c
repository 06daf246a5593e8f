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
#include "facet_conv_tile_rvv.h"

/// A chunk of inputs at a time, so that its weights stay in a cache: those of one position by all tiles of the strip, 3, 6 or 12 at once.
void facet_winograd_sums_rvv(const facet_winograd_strip *s, int32_t side, facet_winograd_weights_rvv *weights) {
  static const int32_t zero[FACET_BLOCK];
  const int32_t positions = side * side;
  const ptrdiff_t tap = (ptrdiff_t)s->inputs * FACET_BLOCK, line = (ptrdiff_t)s->inputs * 2;
  const uint8_t *tiles[FACET_WINOGRAD_WIDE_STRIP];
  for (int32_t i = 0; i < FACET_WINOGRAD_WIDE_STRIP; i++)
    tiles[i] = facet_at(s->u, (i < s->tiles ? i : s->tiles - 1) * positions * line);
  for (int32_t i = 0, count; i < s->inputs; i += count) {
    count = s->inputs - i < FACET_WINOGRAD_CHUNK ? s->inputs - i : FACET_WINOGRAD_CHUNK;
    weights(s->w + i * FACET_BLOCK, tap, count, s->v);
    for (int32_t p = 0; p < positions; p++) {
      const int16_t *v = s->v + (ptrdiff_t)p * count * FACET_BLOCK;
      int32_t *sums = s->sums + p * s->position;
      pixels all = {tiles, p * line + 2 * i, v, v + count * FACET_BLOCK, sums, FACET_BLOCK * 4, (uint32_t *)sums};
      if (i == 0) {
        all.from = p == side + 1 ? s->start : zero;
        all.step = 0;
      }
      run_tiles(&all, s->tiles);
    }
  }
}
#pragma clang attribute pop
#endif
