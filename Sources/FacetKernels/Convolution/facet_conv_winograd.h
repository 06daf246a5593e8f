/// Winograd's convolutions F(4x4, 3x3) and F(2x2, 3x3), exact in integers: what all their kernels share.
///
/// A tile of m x m outputs comes from n x n inputs, n = m + 2. With B, G, A of the points 0, 1, -1, (2, -2,) infinity the outputs are
/// A^T (sum over input channels of (G w G^T) * (B^T x B)) A. Here rows of G are (1,0,0), (1,1,1), (1,-1,1), (1,2,4), (1,-2,4), (0,0,1), without
/// their fractions, so that transformed weights (at most 49 * 127) and inputs (at most 100 * 128) are 16-bit integers; a sum then is y * 9 * 2^k
/// (F(4x4)) or y * 2^k, k by row and column of the output. All of it is arithmetic modulo 2^32, in which 9 has an inverse: it is exact where
/// y * 2^k fits in 32 bits, which `facet_proof` says. float(y * 2^k) * (m * 2^-k) is float(y) * m, so that no shift is needed. What starts a sum
/// (bias) enters once, at position (1, 1), which all outputs take with the same factor. In F(4x4) the columns' transforms of points 1 and -1 are
/// taken negated, in inputs and so in sums, which saves instructions.
///
/// Positions are numbered [column][row]. A group of 4 tiles is multiplied with FACET_WINOGRAD_CHANNELS output channels at a time:
///   inputs  int16_t u[inputs / 8][positions][4 tiles][8 inputs]
///   weights int16_t v[inputs / 8][positions][8 inputs x FACET_WINOGRAD_CHANNELS outputs, in the order of the products]
///   sums    int32_t s[positions][4 tiles][FACET_WINOGRAD_CHANNELS]
/// (32-bit ARM: positions before inputs / 8. RISC-V: int64_t u[inputs / 4][positions][4 inputs][2 pairs of tiles], a tile in each half;
/// int16_t v[inputs / 4][positions][8 outputs][4 inputs].)
///
/// Where vectors have 32 output channels across their lanes ("wide": RISC-V's), a strip of tiles is one group, whose weights are transformed for
/// FACET_WINOGRAD_CHUNK inputs at a time:
///   inputs  int16_t u[tiles][positions][inputs]
///   weights int16_t v[positions][chunk][32]
///   sums    int32_t s[positions][tiles][32]
#ifndef FACET_CONV_WINOGRAD_H
#define FACET_CONV_WINOGRAD_H
#include "facet_internal.h"
#include "facet_table_for.h"

#pragma GCC visibility push(hidden)

#if FACET_TABLE == FACET_TABLE_AARCH64
#define FACET_WINOGRAD_CHANNELS 16
#else
#define FACET_WINOGRAD_CHANNELS 8
#endif
/// Tiles that are multiplied together, at most in a strip, and whose inputs are transformed together; bytes of a transformed input, and from a tile's
/// inputs to those of the next; most scratch.
enum { FACET_WINOGRAD_GROUP = 4, FACET_WINOGRAD_STRIP = 64, FACET_WINOGRAD_SCRATCH = 1 << 20 };
#if FACET_TABLE == FACET_TABLE_RISCV64
enum { FACET_WINOGRAD_TOGETHER = 2, FACET_WINOGRAD_INPUT = 4, FACET_WINOGRAD_NEXT = 4 };
#else
enum { FACET_WINOGRAD_TOGETHER = 1, FACET_WINOGRAD_INPUT = 2, FACET_WINOGRAD_NEXT = 16 };
#endif

/// Inputs whose wide weights are transformed together, and tiles of a strip of those.
enum { FACET_WINOGRAD_CHUNK = 64, FACET_WINOGRAD_WIDE_STRIP = 24 };

/// Inputs of a tile: those beyond the border repeat its last row or column.
typedef struct {
  const int8_t *rows[6];
  ptrdiff_t columns[6];
} facet_winograd_window;

/// Where the outputs of a tile and their residuals lie, [row][column], from output channel 0 on; those that are not wanted lie in scratch.
typedef struct {
  int8_t *output[16];
  const int8_t *residual[16];
} facet_winograd_tile;

/// Its bytes on the CPU of the table.
enum { FACET_WINOGRAD_TILE_BYTES = 32 * (FACET_TABLE == FACET_TABLE_ARMV7 ? 4 : 8) };
_Static_assert(sizeof(void *) != (FACET_TABLE == FACET_TABLE_ARMV7 ? 4 : 8) || sizeof(facet_winograd_tile) == FACET_WINOGRAD_TILE_BYTES, "a tile");

/// What the results of FACET_WINOGRAD_CHANNELS output channels need.
typedef struct {
  float multiplier[4][FACET_WINOGRAD_CHANNELS]; ///< for each row of outputs: m * 2^-k of the row
  float residual_multiplier;
  int32_t zero, low, high, residual_zero, channel;
  const facet_conv *conv;
  int32_t first, count; ///< index of the first channel in the per-channel arrays, how many there are
  ptrdiff_t position; ///< numbers of one position of the sums; of wide kernels only
  // Of ARM's kernels: all tiles, in groups that are made together, outputs of each; and where the results have a function, floats of a group that
  // wait for it, [halves][tiles][outputs][8].
  const facet_winograd_tile *tiles;
  int32_t pixels;
  float *waiting;
} facet_winograd_channels;

/// What wide sums come from: transformed inputs of `tiles` tiles; weights of 32 output channels as they are stored, and room for them.
typedef struct {
  const int16_t *u;
  const int8_t *w;
  int16_t *v;
  const int32_t *start; ///< what the sums of position (1, 1) start from
  int32_t *sums;
  ptrdiff_t position; ///< numbers of one position of the sums
  int32_t inputs, tiles;
} facet_winograd_strip;

/// Sums of all positions for 4 tiles.
typedef void facet_winograd_multiply(const void *u, const int16_t *v, int32_t inputs, int32_t positions, int32_t *sums);
facet_winograd_multiply facet_winograd_products, facet_winograd_products_in_order;

/// What differs between F(4x4) and F(2x2), and between cores.
typedef struct {
  int32_t outputs; ///< of a side of a tile: 4 or 2
  facet_winograd_multiply *products; ///< not of wide kernels
  /// The inputs of FACET_WINOGRAD_TOGETHER tiles, transformed; `u`: in their group, those of the first of them.
  void (*inputs)(const facet_winograd_window *w, int32_t inputs, void *u);
  /// Weights of FACET_WINOGRAD_CHANNELS output channels; `w`: in their block, whose taps lie 32 * inputs bytes apart. Not of wide kernels.
  void (*weights)(const int8_t *w, int32_t inputs, int16_t *v);
  /// Results of one tile and 8 output channels, `half` among those of the sums; wide: of all channels.
  void (*results)(const facet_winograd_channels *k, int32_t half, const int32_t *sums, const facet_winograd_tile *t, int32_t with_residual);
  /// Sums of a strip; NULL of all kernels but wide ones.
  void (*sums)(const facet_winograd_strip *s);
} facet_winograd;

/// Whether a kernel is wide: known to the compiler where there are none.
FACET_INLINE int32_t facet_winograd_is_wide(const facet_winograd *kind) {
#if defined(__riscv)
  return kind->sums != NULL;
#else
  (void)kind;
  return 0;
#endif
}

/// Bits of `with_residual`: that there is one, and on ARM that results wait for their function.
enum { FACET_WINOGRAD_RESIDUAL = 1, FACET_WINOGRAD_WAITS = 2 };

/// ARM's: the results of some times 8 channels of `count` tiles of a group, which wait.
void facet_winograd_store_waiting_neon(const facet_winograd_channels *k, int32_t halves, const facet_winograd_tile *tiles, int32_t count);

/// The kernels: pixels [p0, p1) and blocks [b0, b1) of a convolution that fits.
void facet_conv_s8_winograd(const facet_conv *c, const facet_winograd *kind, int32_t p0, int32_t p1, int32_t b0, int32_t b1);

FACET_INLINE int64_t facet_winograd_tiles(const facet_conv *c, int32_t outputs) {
  return (((int64_t)c->out_height + outputs - 1) / outputs) * (((int64_t)c->out_width + outputs - 1) / outputs);
}

FACET_INLINE int64_t facet_winograd_round(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

/// Tiles whose sums wide products write: the last of them go in threes, sixes and twelves, as vectors have room.
FACET_INLINE int64_t facet_winograd_wide_tiles(int64_t tiles) {
  const int64_t last = tiles % 12;
  return tiles - last + (last > 6 ? 12 : last > 4 ? 6 : last == 2 ? 3 : last);
}

/// What lies in scratch, in this order: weights, sums, what is written where no output is, then the tiles of a strip with their inputs.
typedef struct {
  int64_t weights, sums, unwanted, tile, tiles, sum_tiles, channels;
} facet_winograd_sizes;

FACET_OUTLINE facet_winograd_sizes facet_winograd_sizes_of(const facet_conv *c, int32_t outputs, int32_t wide) {
  const int64_t positions = ((int64_t)outputs + 2) * (outputs + 2), all = facet_winograd_tiles(c, outputs), inputs = c->group_inputs;
  facet_winograd_sizes s = {.unwanted = facet_winograd_round((int64_t)c->groups * c->group_outputs, 64),
                            .tile = positions * inputs * (wide ? 2 : FACET_WINOGRAD_INPUT) + FACET_WINOGRAD_TILE_BYTES,
                            .channels = wide ? FACET_BLOCK : FACET_WINOGRAD_CHANNELS};
  const int64_t unit = wide ? 1 : FACET_WINOGRAD_GROUP, most = wide ? FACET_WINOGRAD_WIDE_STRIP : FACET_WINOGRAD_STRIP;
  s.tiles = all < most ? facet_winograd_round(all, unit) : most;
  s.sum_tiles = wide ? facet_winograd_wide_tiles(s.tiles) : FACET_WINOGRAD_GROUP;
  s.sums = positions * s.sum_tiles * s.channels * 4;
  s.weights = positions * (wide && inputs > FACET_WINOGRAD_CHUNK ? FACET_WINOGRAD_CHUNK : inputs) * s.channels * 2;
  const int64_t room = (FACET_WINOGRAD_SCRATCH - s.weights - s.sums - s.unwanted) / s.tile / unit * unit;
  if (room < s.tiles) s.tiles = room;
  return s;
}

FACET_OUTLINE size_t facet_winograd_scratch(const facet_conv *c, int32_t outputs, int32_t wide) {
  const facet_winograd_sizes s = facet_winograd_sizes_of(c, outputs, wide);
  return (size_t)(s.weights + s.sums + s.unwanted + s.tile * s.tiles);
}

/// Instructions that were counted: products of a position of a tile with 8 inputs and 8 outputs, what they cost beside the tiles; transforms of 8 x 8
/// weights, of a tile's 8 outputs and of its 8 inputs; `direct`: of one output pixel, with 8 inputs and 8 outputs without Winograd.
typedef struct {
  int32_t product, position, weights, results, inputs, direct;
} facet_winograd_counts;

FACET_INLINE facet_winograd_counts facet_winograd_counts_of(int32_t outputs, int32_t wide) {
#if FACET_TABLE == FACET_TABLE_RISCV64
  const facet_winograd_counts large = {90, 0, 4300, 4500, 2500, 600}, small = {90, 0, 2800, 1200, 860, 600};
#else
  const facet_winograd_counts large = {17, 0, 680, 700, 370, 110}, small = {17, 0, 380, 180, 110, 110};
#endif
  const facet_winograd_counts wide_large = {6, 3, 300, 250, 140, 58}, wide_small = {6, 3, 190, 100, 60, 58};
  return outputs == 4 ? wide ? wide_large : large : wide ? wide_small : small;
}

/// Passes over output channels, in eights.
FACET_INLINE int64_t facet_winograd_passes(const facet_conv *c, int32_t wide) {
  return facet_winograd_round(c->group_outputs, wide ? FACET_BLOCK : FACET_WINOGRAD_CHANNELS) / 8;
}

FACET_OUTLINE int64_t facet_winograd_cost(const facet_conv *c, int32_t outputs, int32_t wide) {
  const facet_winograd_counts n = facet_winograd_counts_of(outputs, wide);
  const int64_t tiles = facet_winograd_tiles(c, outputs), all = wide ? tiles : facet_winograd_round(tiles, FACET_WINOGRAD_GROUP);
  const int64_t eights = c->group_inputs / 8, products = (outputs + 2) * (outputs + 2) * (all * n.product + n.position);
  return facet_winograd_passes(c, wide) * (eights * (products + n.weights) + tiles * n.results) + eights * tiles * n.inputs;
}

/// Whether a convolution can be computed so, and takes fewer instructions than directly and than with the other size of tiles.
FACET_OUTLINE int32_t facet_winograd_pays(const facet_conv *c, int32_t outputs, int32_t wide) {
  if (c->kernel_h != 3 || c->kernel_w != 3 || c->stride_y != 1 || c->stride_x != 1 || c->dilation_y != 1 || c->dilation_x != 1) return 0;
  if (c->stored_unsigned || !(c->proofs & (outputs == 4 ? FACET_PROOF_25 : FACET_PROOF_29))) return 0;
  if (c->group_inputs % 8 || c->group_inputs < 16 || c->group_outputs < 8) return 0;
  if (facet_winograd_sizes_of(c, outputs, wide).tiles < (wide ? 1 : FACET_WINOGRAD_GROUP)) return 0;
  const int64_t eights = c->group_inputs / 8, pixels = (int64_t)c->out_height * c->out_width, each = facet_winograd_counts_of(outputs, wide).direct;
  const int64_t direct = pixels * eights * each * (wide ? 8 * facet_winograd_passes(c, wide) : c->group_outputs) / 8;
  const int64_t cost = facet_winograd_cost(c, outputs, wide);
  return cost < direct && (outputs == 2 || cost <= facet_winograd_cost(c, 2, wide));
}

#pragma GCC visibility pop

#endif
