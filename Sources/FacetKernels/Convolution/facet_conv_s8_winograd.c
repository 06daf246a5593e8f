#include "facet_conv_winograd.h"
#include "facet_conv_tile.h"

#if !defined(__x86_64__)

/// A call: which outputs it makes of one group, and the parts of its scratch.
typedef struct {
  const facet_conv *c;
  const facet_winograd *kind;
  int32_t p0, p1, positions;
  int32_t strip; ///< tiles, at most
  ptrdiff_t tile_bytes, position; ///< of transformed inputs; numbers of one position of wide sums
  int32_t first_row, rows, columns; ///< of the tiles: first output row, how many tiles
  int16_t *weights;
  int32_t *sums;
  int8_t *unwanted, *inputs;
  facet_winograd_tile *tiles;
  int32_t how;    ///< what kernels are told of residual and function
  float *waiting; ///< on ARM
} call;

// What the compiler knows where no kernel is wide.
FACET_INLINE int32_t is_wide(const call *k) { return facet_winograd_is_wide(k->kind); }
/// Output channels of a pass, tiles that are multiplied together, numbers of one position of their sums, tiles whose inputs are transformed together.
FACET_INLINE int32_t channels(const call *k) { return is_wide(k) ? FACET_BLOCK : FACET_WINOGRAD_CHANNELS; }
FACET_INLINE int32_t group(const call *k) { return is_wide(k) ? k->strip : FACET_WINOGRAD_GROUP; }
FACET_INLINE ptrdiff_t position(const call *k) { return is_wide(k) ? k->position : FACET_WINOGRAD_GROUP * FACET_WINOGRAD_CHANNELS; }
FACET_INLINE int32_t together(const call *k) { return is_wide(k) ? 1 : FACET_WINOGRAD_TOGETHER; }

/// Whether output (y, x) is one to make.
FACET_INLINE int32_t is_wanted(const call *k, int32_t y, int32_t x) {
  if (y >= k->c->out_height || x >= k->c->out_width) return 0;
  const int32_t p = y * k->c->out_width + x;
  return p >= k->p0 && p < k->p1;
}

/// Where the transformed inputs of a tile of the strip lie.
FACET_INLINE int8_t *inputs_of(const call *k, int32_t at) {
  const int32_t within = is_wide(k) ? 0 : at % FACET_WINOGRAD_GROUP;
  return k->inputs + k->tile_bytes * (at - within) + FACET_WINOGRAD_NEXT * within;
}

/// Tiles from `index` on of the call, which are transformed together, to place `at` of the strip. Those behind the last lie below all outputs.
FACET_OUTLINE void prepare_tiles(const call *k, const uint8_t *input, int32_t index, int32_t at) {
  const facet_conv *c = k->c;
  const int32_t m = k->kind->outputs;
  facet_winograd_window windows[FACET_WINOGRAD_TOGETHER];
  for (int32_t n = 0; n < together(k); n++) {
    const int32_t y = k->first_row + (index + n) / k->columns * m, x = (index + n) % k->columns * m;
    FACET_ROLLED_FOR(int32_t i = 0; i < m + 2; i++) {
      const ptrdiff_t row = y + i < c->out_height + 2 ? y + i : c->out_height + 1, column = x + i < c->out_width + 2 ? x + i : c->out_width + 1;
      windows[n].rows[i] = (const int8_t *)input + row * c->input_row;
      windows[n].columns[i] = column * c->input_pixel;
    }
    facet_winograd_tile *t = &k->tiles[at + n];
    const int32_t whole = is_wanted(k, y, x) && is_wanted(k, y + m - 1, x + m - 1);
    FACET_ROLLED_FOR(int32_t i = 0; i < m; i++)
      FACET_ROLLED_FOR(int32_t j = 0; j < m; j++) {
        const int32_t wanted = whole || is_wanted(k, y + i, x + j), p = i * m + j;
        t->output[p] = wanted && c->output ? (int8_t *)c->output + (y + i) * c->output_row + (x + j) * c->output_pixel : k->unwanted;
        t->residual[p] = wanted && c->residual ? (const int8_t *)c->residual + (y + i) * c->residual_row + (x + j) * c->residual_pixel : k->unwanted;
      }
  }
  k->kind->inputs(windows, c->group_inputs, inputs_of(k, at));
}

/// A line of outputs from one of sums, both `step` apart, for 8 channels: y * (24, 12, 6, 6) of F(4x4), twice y of F(2x2). `sign`: of what comes of
/// points 1 and -1.
FACET_OUTLINE void transform_line(const uint32_t *m, size_t step, uint32_t *y, size_t to, int32_t outputs, uint32_t sign) {
  FACET_ROLLED_FOR(int32_t i = 0; i < 8; i++, m++, y++) {
    const uint32_t s = (m[step] + m[2 * step]) * sign, d = (m[step] - m[2 * step]) * sign;
    if (outputs == 2) {
      y[0] = 2 * m[0] + s;
      y[to] = d - 2 * m[3 * step];
      continue;
    }
    const uint32_t s2 = m[3 * step] + m[4 * step], d2 = m[3 * step] - m[4 * step];
    y[0] = 6 * m[0] + 4 * s + s2;
    y[to] = d2 + 2 * d;
    y[2 * to] = s + s2;
    y[3 * to] = 2 * d2 + d + 6 * m[5 * step];
  }
}

/// The results of a tile in whatever form they are wanted, for up to 8 channels.
FACET_OUTLINE void store_any(const call *k, const facet_conv_block *b, int32_t from, int32_t half, const int32_t *sums, int32_t index) {
  const facet_conv *c = k->c;
  const int32_t m = k->kind->outputs, n = m + 2, count = b->count - from < 8 ? b->count - from : 8;
  const int32_t y = k->first_row + index / k->columns * m, x = index % k->columns * m;
  const size_t step = (size_t)position(k);
  static const int32_t shifts[4] = {3, 2, 1, 1};
  uint32_t between[6 * 4 * 8], result[4 * 4 * 8];
  FACET_ROLLED_FOR(int32_t i = 0; i < n; i++)
    transform_line((const uint32_t *)sums + (size_t)(i * n) * step + 8 * half, step, between + i * 32, 8, m, 1);
  FACET_ROLLED_FOR(int32_t i = 0; i < m; i++) transform_line(between + 8 * i, 32, result + i * 32, 8, m, m == 4 ? (uint32_t)-1 : 1);
  for (int32_t i = 0; i < m; i++)
    for (int32_t j = 0; j < m; j++) {
      if (!is_wanted(k, y + i, x + j)) continue;
      uint32_t acc[8];
      FACET_ROLLED_FOR(int32_t e = 0; e < 8; e++) {
        const uint32_t scaled = result[i * 32 + j * 8 + e];
        acc[e] = (uint32_t)(m == 4 ? (int32_t)(scaled * 0x38E38E39u) >> (shifts[i] + shifts[j]) : (int32_t)scaled >> 2);
      }
      facet_store_s8(c, acc, (int32_t)b->first + from, b->channel + from, count, y + i, x + j);
    }
}

/// What the results of a pass need, from channel `from` of a block on.
FACET_OUTLINE facet_winograd_channels channels_of(const call *k, const facet_conv_block *b, int32_t from) {
  const facet_conv *c = k->c;
  facet_winograd_channels r = {.residual_multiplier = c->residual_multiplier,
                               .zero = c->zero,
                               .low = c->low,
                               .high = c->high,
                               .residual_zero = c->residual_zero,
                               .channel = b->channel + from,
                               .conv = c,
                               .first = (int32_t)b->first + from,
                               .count = b->count - from,
                               .position = k->position,
                               .tiles = k->tiles,
                               .pixels = k->kind->outputs * k->kind->outputs,
                               .waiting = k->waiting};
  if (is_wide(k)) return r;
  FACET_ROLLED_FOR(int32_t i = 0; i < FACET_WINOGRAD_CHANNELS && c->output; i++) {
    const float half = c->multiplier[b->first + from + i] * 0.5f;
    r.multiplier[0][i] = k->kind->outputs == 4 ? half * 0.25f : half;
    r.multiplier[1][i] = k->kind->outputs == 4 ? half * 0.5f : half;
    r.multiplier[2][i] = r.multiplier[3][i] = half;
  }
  return r;
}

/// Sums of a group of `count` tiles from place `at` of the strip on, whose position (1, 1) starts from `start`.
FACET_INLINE void sum_group(const call *k, const int8_t *w, const uint32_t *start, int32_t at, int32_t count) {
  const int32_t inputs = k->c->group_inputs;
  if (is_wide(k)) {
    const facet_winograd_strip s = {
        (const int16_t *)(const void *)inputs_of(k, at), w, k->weights, (const int32_t *)start, k->sums, position(k), inputs, count};
    k->kind->sums(&s);
    return;
  }
  k->kind->products(inputs_of(k, at), k->weights, inputs, k->positions, k->sums);
  uint32_t *bias = (uint32_t *)k->sums + (k->kind->outputs + 3) * FACET_WINOGRAD_GROUP * FACET_WINOGRAD_CHANNELS;
  FACET_ROLLED_FOR(int32_t i = 0; i < FACET_WINOGRAD_GROUP; i++, bias += FACET_WINOGRAD_CHANNELS)
    for (int32_t j = 0; j < FACET_WINOGRAD_CHANNELS; j++) bias[j] += start[j];
}

/// Tiles [first, first + count) of the call, whose inputs are transformed, with output channels from `from` of a block on.
static void run_pass(const call *k, const facet_conv_block *b, const int8_t *w, int32_t from, int32_t first, int32_t count) {
  const facet_conv *c = k->c;
  if (!is_wide(k)) k->kind->weights(w, c->group_inputs, k->weights);
  const facet_winograd_channels all = channels_of(k, b, from);
  // Position (1, 1) counts as much in all outputs: 1/36 with the sign of the column's transform, or 1/4.
  uint32_t start[FACET_BLOCK];
  const uint32_t factor = k->kind->outputs == 4 ? (uint32_t)-36 : 4;
  FACET_ROLLED_FOR(int32_t i = 0; i < channels(k); i++) start[i] = (uint32_t)c->initial[b->first + from + i] * factor;
  const int32_t left = b->count - from < channels(k) ? b->count - from : channels(k);
  for (int32_t at = 0; at < count; at += group(k)) {
    const int32_t tiles = count - at < group(k) ? count - at : group(k);
    sum_group(k, w, start, at, tiles);
    for (int32_t i = 0; i < tiles; i++) {
      const int32_t *sums = k->sums + i * channels(k);
      if (is_wide(k) && !c->scores) {
        k->kind->results(&all, 0, sums, &k->tiles[at + i], c->residual != NULL);
        continue;
      }
      for (int32_t half = 0; 8 * half < left; half++)
        if (c->scores || left - 8 * half < 8)
          store_any(k, b, from + 8 * half, half, sums, first + at + i);
        else
          k->kind->results(&all, half, sums + 8 * half, &k->tiles[at + i], k->how);
    }
#if defined(__aarch64__) || defined(__arm__)
    if (c->function) facet_winograd_store_waiting_neon(&all, left / 8, &k->tiles[at], tiles);
#endif
  }
}

/// Blocks [b0, b1) of one group.
static void run_group(call *k, const facet_winograd_sizes *s, int32_t b0, int32_t b1) {
  const facet_conv *c = k->c;
  const int32_t all = k->rows * k->columns;
  const uint8_t *input = facet_conv_block_at(c, b0, 1).input;
  const size_t block_bytes = (size_t)c->group_inputs * 9 * FACET_BLOCK;
  for (int32_t first = 0, count; first < all; first += count) {
    count = all - first < (int32_t)s->tiles ? all - first : (int32_t)s->tiles;
    for (int32_t i = 0; i < count; i += together(k)) prepare_tiles(k, input, first + i, i);
    for (int32_t i = b0; i < b1; i++) {
      const facet_conv_block b = facet_conv_block_at(c, i, 1);
      const int8_t *w = (const int8_t *)c->weights + (size_t)i * block_bytes;
      for (int32_t from = 0; from < b.count; from += channels(k)) run_pass(k, &b, w + 4 * from, from, first, count);
    }
  }
}

void facet_conv_s8_winograd(const facet_conv *c, const facet_winograd *kind, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  if (p0 >= p1) return;
  const int32_t wide = facet_winograd_is_wide(kind);
  const facet_winograd_sizes s = facet_winograd_sizes_of(c, kind->outputs, wide);
  const int32_t m = kind->outputs, first_row = p0 / c->out_width, end_row = (p1 - 1) / c->out_width + 1;
  int8_t *scratch = c->scratch;
  call k = {.c = c,
            .kind = kind,
            .p0 = p0,
            .p1 = p1,
            .positions = (m + 2) * (m + 2),
            .strip = (int32_t)s.tiles,
            .tile_bytes = (ptrdiff_t)s.tile - (ptrdiff_t)sizeof(facet_winograd_tile),
            .position = (ptrdiff_t)(s.sum_tiles * s.channels),
            .first_row = first_row,
            .rows = (end_row - first_row + m - 1) / m,
            .columns = (c->out_width + m - 1) / m,
            .weights = (int16_t *)(void *)scratch,
            .sums = (int32_t *)(void *)(scratch + s.weights),
            .unwanted = scratch + s.weights + s.sums,
            .how = c->residual ? FACET_WINOGRAD_RESIDUAL : 0,
            .tiles = (facet_winograd_tile *)(void *)(scratch + s.weights + s.sums + s.unwanted),
            .inputs = scratch + s.weights + s.sums + s.unwanted + (int64_t)sizeof(facet_winograd_tile) * s.tiles};
#if defined(__aarch64__) || defined(__arm__)
  float waiting[FACET_WINOGRAD_GROUP * 4 * 4 * FACET_WINOGRAD_CHANNELS];
  if (c->function) k.how |= FACET_WINOGRAD_WAITS, k.waiting = waiting;
#endif
  const int32_t group_blocks = facet_group_blocks(c);
  for (int32_t i = b0, end; i < b1; i = end) {
    end = (i / group_blocks + 1) * group_blocks;
    if (end > b1) end = b1;
    run_group(&k, &s, i, end);
  }
}
#endif
