/// Convolution and fully connected, float32: tiles of output pixels by vectors of channels. Each ISA level compiles it for itself, after
/// its facet_vector_f32_*.h and with the number of PIXELS of its largest tile.
#include "facet_conv_tile.h"

/// What the results of a tile's channels pass through.
typedef struct {
  vector low, high;
  vector_mask mask[FACET_BLOCK / LANES]; ///< the channels that exist
} tile_constants;

FACET_INLINE tile_constants constants_of(const facet_conv *c, const facet_conv_block *b, int32_t from, const int V) {
  tile_constants k = {.low = all_lanes(c->low_f), .high = all_lanes(c->high_f)};
  FACET_UNROLLED_FOR(int v = 0; v < V; v++) k.mask[v] = first_lanes(b->count - from - LANES * v);
  return k;
}

/// Any tile: one copy for all of them, which keeps the engine small.
FACET_OUTLINE void store_any(const facet_conv *c, const facet_conv_block *b, int32_t from, const facet_tile *t, int32_t valid, const vector *acc,
                             int32_t vectors) {
  for (int32_t v = 0; v < vectors; v++) {
    const tile_constants k = constants_of(c, b, from + LANES * v, 1);
    const ptrdiff_t channel = b->channel + from + LANES * v;
    FACET_ROLLED_FOR(int32_t i = 0; i < valid; i++) {
      vector sum = acc[i * (FACET_BLOCK / LANES) + v];
      if (c->residual) sum = add(sum, load_some((const float *)facet_at(c->residual, t->residual[i]) + channel, k.mask[0]));
      store_some((float *)facet_at_mutable(c->output, t->output[i]) + channel, k.mask[0], clamp(sum, k.low, k.high));
    }
  }
}

/// The tile that counts.
FACET_INLINE void store_all(const facet_conv *c, const facet_conv_block *b, int32_t from, const ptrdiff_t places[],
                            vector (*acc)[FACET_BLOCK / LANES], const int N, const int V) {
  const tile_constants k = constants_of(c, b, from, V);
  float *output = (float *)c->output + b->channel + from;
  FACET_UNROLLED_FOR(int i = 0; i < N; i++)
    FACET_UNROLLED_FOR(int v = 0; v < V; v++)
      store_some((float *)facet_at_mutable(output, places[i]) + LANES * v, k.mask[v], clamp(acc[i][v], k.low, k.high));
}

/// One input of N pixels, by V vectors of channels.
#define STEP                                                                                                             \
  {                                                                                                                      \
    vector weights[FACET_BLOCK / LANES];                                                                                 \
    FACET_UNROLLED_FOR(int v = 0; v < V; v++) weights[v] = load(w + LANES * v);                                          \
    FACET_UNROLLED_FOR(int v = 0; v < V * LANES / 16; v++) _mm_prefetch((const char *)(w + 16 * v) + 6144, _MM_HINT_T0); \
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) {                                                                          \
      const vector x = all_lanes(*(const float *)(in[i] + offset));                                                      \
      FACET_UNROLLED_FOR(int v = 0; v < V; v++) acc[i][v] = multiply_add(x, weights[v], acc[i][v]);                      \
    }                                                                                                                    \
  }

/// N output pixels, of which `valid` are stored, by V vectors of the block's channels from `from`. Each result is summed in the order of
/// the weights, whatever N and V.
FACET_INLINE void tile(const facet_conv *c, const facet_conv_block *b, int32_t from, facet_segments s, const facet_conv_strides *strides,
                       const float *w, facet_position *p, int32_t valid, const int N, const int V) {
  const int32_t plain = N == PIXELS && valid == N && !c->residual;
  facet_tile t;
  const uint8_t *in[8];
  ptrdiff_t places[8];
  if (plain && facet_in_one_row(strides, p, N)) {
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) in[i] = b->input + p->input + i * strides->input, places[i] = p->output + i * strides->output;
    facet_position_advance(strides, p, N);
  } else {
    facet_tile_fill(strides, b->input, p, valid, N, &t);
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) in[i] = t.input[i], places[i] = t.output[i];
  }
  vector acc[8][FACET_BLOCK / LANES];
  FACET_UNROLLED_FOR(int v = 0; v < V; v++) {
    const vector bias = load(c->bias + b->first + from + LANES * v);
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) acc[i][v] = bias;
  }

  const ptrdiff_t tap_row = c->input_row * c->dilation_y, tap_pixel = c->input_pixel * c->dilation_x;
  ptrdiff_t row = 0;
  int32_t ky = s.rows;
  do {
    ptrdiff_t segment = row;
    int32_t kx = s.columns;
    do {
      ptrdiff_t offset = segment;
      const ptrdiff_t end = offset + 4 * (ptrdiff_t)s.length;
      if (N == PIXELS && V == 2) { // the tile that counts
        _Pragma("clang loop unroll_count(2)") for (; offset < end; offset += 4, w += FACET_BLOCK) STEP
      } else {
        FACET_ROLLED_FOR(; offset < end; offset += 4, w += FACET_BLOCK) STEP
      }
      segment += tap_pixel;
    } while (--kx > 0);
    row += tap_row;
  } while (--ky > 0);
  if (N == PIXELS && plain) {
    store_all(c, b, from, places, acc, N, V);
  } else {
    vector sums[8][FACET_BLOCK / LANES]; // a copy: what has an address stays in memory
    FACET_UNROLLED_FOR(int i = 0; i < N; i++)
      FACET_UNROLLED_FOR(int v = 0; v < V; v++) sums[i][v] = acc[i][v];
    store_any(c, b, from, &t, valid, sums[0], V);
  }
}

#undef STEP

/// Pixels [p0, p1) of V vectors of channels, in tiles as equal as they can be.
FACET_INLINE void pixels(const facet_conv *c, const facet_conv_block *b, int32_t from, facet_segments s, const facet_conv_strides *strides,
                         const float *w, int32_t p0, int32_t p1, const int V) {
  facet_position p = facet_position_at(c, p0);
  for (int32_t left = p1 - p0; left > 0;) {
    const int32_t tiles = (left + PIXELS - 1) / PIXELS, valid = (left + tiles - 1) / tiles;
    if (valid == 1)
      tile(c, b, from, s, strides, w, &p, valid, 1, V);
    else if (valid == PIXELS || V == 1)
      tile(c, b, from, s, strides, w, &p, valid, PIXELS, V);
    else
      tile(c, b, from, s, strides, w, &p, valid, PIXELS - 1, V);
    left -= valid;
  }
}

FACET_INLINE void blocks(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_segments s = facet_conv_segments(c);
  const facet_conv_strides strides = facet_conv_strides_of(c);
  const size_t block_elements = (size_t)s.rows * s.columns * s.length * FACET_BLOCK;
  for (int32_t i = b0; i < b1; i++) {
    const float *w = (const float *)c->weights + (size_t)i * block_elements;
    const facet_conv_block b = facet_conv_block_at(c, i, sizeof(float));
    if (p1 - p0 == 1 && FACET_BLOCK / LANES > 2) { // one pixel waits less with the whole block
      facet_position p = facet_position_at(c, p0);
      tile(c, &b, 0, s, &strides, w, &p, 1, 1, FACET_BLOCK / LANES);
      continue;
    }
    for (int32_t from = 0; from < b.count; from += 2 * LANES) {
      if (b.count - from > LANES)
        pixels(c, &b, from, s, &strides, w + from, p0, p1, 2);
      else
        pixels(c, &b, from, s, &strides, w + from, p0, p1, 1);
    }
  }
}

FACET_INLINE void facet_conv_f32_tiles(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  for (int32_t q = p0; q < p1; q = facet_strip_end(q, p1)) blocks(c, q, facet_strip_end(q, p1), b0, b1);
}
