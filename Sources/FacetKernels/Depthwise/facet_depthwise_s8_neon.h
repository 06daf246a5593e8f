/// What the depthwise convolutions in NEON share: 16 channels, from sums to results.
#include "../facet_results_neon.h"

/// What the sums of 16 channels start from and pass through.
typedef struct {
  facet_sums initial;
  facet_floats multiplier;
  facet_bounds bounds; // behind the multipliers, with which it is loaded
  float residual_multiplier;
  int8_t residual_zero;
  int32_t count; ///< of channels that exist
} channel_constants;

FACET_INLINE void prepare_constants(const facet_conv *c, int32_t first, channel_constants *k) {
  const int32_t count = c->groups - first < 16 ? c->groups - first : 16;
  k->count = count;
  k->initial = facet_load_sums(c->initial + first, count);
  const facet_sums multiplier = facet_load_sums(c->multiplier + first, count);
  for (int i = 0; i < 4; i++) k->multiplier.v[i] = vreinterpretq_f32_s32(multiplier.v[i]);
  k->bounds = facet_bounds_of(c->zero, c->low, c->high);
  k->residual_multiplier = c->residual_multiplier;
  k->residual_zero = (int8_t)c->residual_zero;
}

/// The first channel of a block. A last block of fewer channels begins earlier, where no result is read again.
FACET_INLINE int32_t first_of_block(const facet_conv *c, int32_t block) {
  const int32_t first = 16 * block, spare = first + 16 - c->groups;
  return spare > 0 && block && !c->residual ? first - spare : first;
}

FACET_INLINE int32_t blocks_of(const facet_conv *c) { return (c->groups + 15) / 16; }

/// Any pixel: one copy for all tiles keeps the engine small.
FACET_OUTLINE void store_any(const channel_constants *k, const facet_sums *sums, const int8_t *residual, int8_t *output) {
  facet_floats p = facet_scaled(*sums, k->multiplier);
  if (residual) {
    const facet_floats r = facet_floats_of(facet_load_bytes(residual, k->count), vdup_n_s8(k->residual_zero));
    FACET_UNROLLED_FOR(int i = 0; i < 4; i++) p.v[i] = vaddq_f32(p.v[i], vmulq_n_f32(r.v[i], k->residual_multiplier));
  }
  facet_store_bytes(output, facet_results(k->bounds, p), k->count);
}

/// Where a tile lies: its first output pixel, at its block's first channel.
typedef struct {
  const int8_t *input, *residual;
  int8_t *output;
} tile_place;

FACET_INLINE tile_place place_of_row(const facet_conv *c, int32_t y, int32_t first) {
  const tile_place at = {(const int8_t *)c->input + y * (c->input_row * c->stride_y) + first,
                         c->residual ? (const int8_t *)c->residual + y * c->residual_row + first : NULL,
                         (int8_t *)c->output + y * c->output_row + first};
  return at;
}
