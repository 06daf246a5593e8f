/// What the depthwise convolutions in NEON share: 16 channels, from sums to results.
#include "../facet_results_neon.h"
#include "../facet_waiting_s8_neon.h"

/// Pixels whose sums wait together, where they do: whole rows, or a part of one.
enum { WAITING = 128 };

typedef struct {
  facet_sums sums[WAITING];
  ptrdiff_t places[WAITING], residual_places[WAITING]; ///< from the first of them
} waiting_pixels;

/// What the sums of 16 channels start from and pass through.
typedef struct {
  facet_sums initial;
  facet_floats multiplier;
  facet_bounds bounds; // behind the multipliers, with which it is loaded
  int32_t first, count;   ///< of channels, those that exist
  int32_t is_plain;       ///< 16 channels without residual or function: results are stored at once, else the sums wait
} channel_constants;

FACET_INLINE void prepare_constants(const facet_conv *c, int32_t first, channel_constants *k) {
  const int32_t count = c->groups - first < 16 ? c->groups - first : 16;
  k->first = first;
  k->count = count;
  k->is_plain = count == 16 && !c->residual && !c->function;
  k->initial = facet_load_sums(c->initial + first, count);
  const facet_sums multiplier = facet_load_sums(c->multiplier + first, count);
  for (int i = 0; i < 4; i++) k->multiplier.v[i] = vreinterpretq_f32_s32(multiplier.v[i]);
  k->bounds = facet_bounds_of(c->zero, c->low, c->high);
}

/// The first channel of a block. A last block of fewer channels begins earlier, where no result is read again.
FACET_INLINE int32_t first_of_block(const facet_conv *c, int32_t block) {
  const int32_t first = 16 * block, spare = first + 16 - c->groups;
  return spare > 0 && block && !c->residual ? first - spare : first;
}

FACET_INLINE int32_t blocks_of(const facet_conv *c) { return (c->groups + 15) / 16; }

/// Where a tile lies: its first output pixel, at its block's first channel. Where sums wait, they do at the output.
typedef struct {
  const int8_t *input;
  int8_t *output;
} tile_place;

FACET_INLINE tile_place place_of_row(const facet_conv *c, int32_t y, int32_t first) {
  const tile_place at = {(const int8_t *)c->input + y * (c->input_row * c->stride_y) + first, (int8_t *)c->output + y * c->output_row + first};
  return at;
}

/// Whether sums wait, known of a whole layer.
FACET_INLINE int32_t has_to_wait(const facet_conv *c) { return c->groups < 16 || c->residual || c->function; }

/// For lines of `width` pixels.
FACET_OUTLINE void fill_places(const facet_conv *c, waiting_pixels *w) {
  ptrdiff_t output = 0, residual = 0;
  for (int32_t i = 0, x = 0; i < WAITING; i++, output += c->output_pixel, residual += c->residual_pixel) {
    w->places[i] = output, w->residual_places[i] = residual;
    if (++x == c->out_width) {
      x = 0;
      output += c->output_row - c->out_width * c->output_pixel;
      residual += c->residual_row - c->out_width * c->residual_pixel;
    }
  }
}

/// The results of `count` pixels from (y, x) on, whose sums wait from place `from` on, where lines begin or x is within one.
FACET_OUTLINE void store_waiting(const facet_conv *c, const channel_constants *k, waiting_pixels *all, int32_t y, int32_t x, int32_t from,
                                 int32_t count) {
  const facet_waiting w = {.c = c,
                           .first = k->first,
                           .channels = k->count,
                           .output = (int8_t *)c->output + y * c->output_row + x * c->output_pixel + k->first,
                           .places = all->places,
                           .residual = c->residual ? (const int8_t *)c->residual + y * c->residual_row + x * c->residual_pixel + k->first : NULL,
                           .residual_places = all->residual_places};
  facet_store_waiting_neon(&w, all->sums + from, count);
}
