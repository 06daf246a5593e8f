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
#ifndef FACET_CONV_WINOGRAD_H
#define FACET_CONV_WINOGRAD_H
#include "facet_internal.h"

#pragma GCC visibility push(hidden)

#if defined(__aarch64__)
#define FACET_WINOGRAD_CHANNELS 16
#else
#define FACET_WINOGRAD_CHANNELS 8
#endif
/// Tiles that are multiplied together, at most in a strip, and whose inputs are transformed together; bytes of a transformed input, and from a tile's
/// inputs to those of the next; most scratch.
enum { FACET_WINOGRAD_GROUP = 4, FACET_WINOGRAD_STRIP = 64, FACET_WINOGRAD_SCRATCH = 1 << 20 };
#if defined(__riscv)
enum { FACET_WINOGRAD_TOGETHER = 2, FACET_WINOGRAD_INPUT = 4, FACET_WINOGRAD_NEXT = 4 };
#else
enum { FACET_WINOGRAD_TOGETHER = 1, FACET_WINOGRAD_INPUT = 2, FACET_WINOGRAD_NEXT = 16 };
#endif

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

/// What the results of FACET_WINOGRAD_CHANNELS output channels need.
typedef struct {
  float multiplier[4][FACET_WINOGRAD_CHANNELS]; ///< for each row of outputs: m * 2^-k of the row
  float residual_multiplier;
  int32_t zero, low, high, residual_zero, channel;
} facet_winograd_channels;

/// Sums of all positions for 4 tiles.
typedef void facet_winograd_multiply(const void *u, const int16_t *v, int32_t inputs, int32_t positions, int32_t *sums);
facet_winograd_multiply facet_winograd_products, facet_winograd_products_in_order;

/// What differs between F(4x4) and F(2x2), and between cores.
typedef struct {
  int32_t outputs; ///< of a side of a tile: 4 or 2
  facet_winograd_multiply *products;
  /// The inputs of FACET_WINOGRAD_TOGETHER tiles, transformed; `u`: in their group, those of the first of them.
  void (*inputs)(const facet_winograd_window *w, int32_t inputs, void *u);
  /// Weights of FACET_WINOGRAD_CHANNELS output channels; `w`: in their block, whose taps lie 32 * inputs bytes apart.
  void (*weights)(const int8_t *w, int32_t inputs, int16_t *v);
  /// Results of one tile and 8 output channels, `half` among those of the sums.
  void (*results)(const facet_winograd_channels *k, int32_t half, const int32_t *sums, const facet_winograd_tile *t, int32_t with_residual);
} facet_winograd;

/// The kernels: pixels [p0, p1) and blocks [b0, b1) of a convolution that fits.
void facet_conv_s8_winograd(const facet_conv *c, const facet_winograd *kind, int32_t p0, int32_t p1, int32_t b0, int32_t b1);

FACET_INLINE int64_t facet_winograd_tiles(const facet_conv *c, int32_t outputs) {
  return (((int64_t)c->out_height + outputs - 1) / outputs) * (((int64_t)c->out_width + outputs - 1) / outputs);
}

FACET_INLINE int64_t facet_winograd_round(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

/// What lies in scratch, in this order: weights, sums, what is written where no output is, then the tiles of a strip with their inputs.
typedef struct {
  int64_t weights, sums, unwanted, tile, tiles;
} facet_winograd_sizes;

FACET_INLINE facet_winograd_sizes facet_winograd_sizes_of(const facet_conv *c, int32_t outputs) {
  const int64_t positions = ((int64_t)outputs + 2) * (outputs + 2);
  const int64_t tiles = facet_winograd_round(facet_winograd_tiles(c, outputs), FACET_WINOGRAD_GROUP);
  facet_winograd_sizes s = {.weights = positions * c->group_inputs * FACET_WINOGRAD_CHANNELS * 2,
                            .sums = positions * FACET_WINOGRAD_GROUP * FACET_WINOGRAD_CHANNELS * 4,
                            .unwanted = facet_winograd_round((int64_t)c->groups * c->group_outputs, 64),
                            .tile = positions * c->group_inputs * FACET_WINOGRAD_INPUT + (int64_t)sizeof(facet_winograd_tile)};
  const int64_t room = (FACET_WINOGRAD_SCRATCH - s.weights - s.sums - s.unwanted) / s.tile / FACET_WINOGRAD_GROUP * FACET_WINOGRAD_GROUP;
  const int64_t most = tiles < FACET_WINOGRAD_STRIP ? tiles : FACET_WINOGRAD_STRIP;
  s.tiles = room < most ? room : most;
  return s;
}

FACET_INLINE size_t facet_winograd_scratch(const facet_conv *c, int32_t outputs) {
  const facet_winograd_sizes s = facet_winograd_sizes_of(c, outputs);
  return (size_t)(s.weights + s.sums + s.unwanted + s.tile * s.tiles);
}

/// Instructions that were counted: products of a position with 8 inputs and 8 outputs, transforms of 8 x 8 weights, of a tile's 8 outputs and of its
/// 8 inputs; `direct`: of one output pixel, with 8 inputs and 8 outputs without Winograd.
typedef struct {
  int32_t product, weights, results, inputs, direct;
} facet_winograd_counts;

FACET_INLINE facet_winograd_counts facet_winograd_counts_of(int32_t outputs) {
#if defined(__riscv)
  const facet_winograd_counts large = {90, 4300, 4500, 2500, 600}, small = {90, 2800, 1200, 860, 600};
#else
  const facet_winograd_counts large = {17, 680, 700, 370, 110}, small = {17, 380, 180, 110, 110};
#endif
  return outputs == 4 ? large : small;
}

FACET_INLINE int64_t facet_winograd_cost(const facet_conv *c, int32_t outputs) {
  const facet_winograd_counts n = facet_winograd_counts_of(outputs);
  const int64_t tiles = facet_winograd_tiles(c, outputs), all = facet_winograd_round(tiles, FACET_WINOGRAD_GROUP), eights = c->group_inputs / 8;
  const int64_t passes = facet_winograd_round(c->group_outputs, FACET_WINOGRAD_CHANNELS) / 8, positions = (outputs + 2) * (outputs + 2);
  return passes * (eights * (all * positions * n.product + n.weights) + tiles * n.results) + eights * tiles * n.inputs;
}

/// Whether a convolution can be computed so, and takes fewer instructions than directly and than with the other size of tiles.
FACET_INLINE int32_t facet_winograd_pays(const facet_conv *c, int32_t outputs) {
  if (c->kernel_h != 3 || c->kernel_w != 3 || c->stride_y != 1 || c->stride_x != 1 || c->dilation_y != 1 || c->dilation_x != 1) return 0;
  if (c->stored_unsigned || !(c->proofs & (outputs == 4 ? FACET_PROOF_25 : FACET_PROOF_29))) return 0;
  if (c->group_inputs % 8 || c->group_inputs < 16 || c->group_outputs < 8) return 0;
  if (facet_winograd_sizes_of(c, outputs).tiles < FACET_WINOGRAD_GROUP) return 0;
  const int64_t eights = c->group_inputs / 8, pixels = (int64_t)c->out_height * c->out_width;
  const int64_t direct = pixels * eights * facet_winograd_counts_of(outputs).direct * c->group_outputs / 8;
  const int64_t cost = facet_winograd_cost(c, outputs);
  return cost < direct && (outputs == 2 || cost <= facet_winograd_cost(c, 2));
}

#pragma GCC visibility pop

#endif
