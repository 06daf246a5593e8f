#if defined(__aarch64__)
#include "facet_conv_s8_matrix_neon.h"
#include "facet_conv_s8_store_neon.h"

#pragma clang attribute push(__attribute__((target("i8mm"))), apply_to = function)

enum { CHANNELS = 8, STEP_BYTES = FACET_BLOCK * 4 };

// smmla multiplies two rows of 8 inputs by two of 8 weights: of pixels P, P + 1 and channels C, C + 1, sums in the order PC, P(C+1), (P+1)C,
// (P+1)(C+1). Inputs are packed as it wants them. Weights are two steps as they lie, whose words are zipped to a group of [8 channels][8]: the first
// tile of a strip does so and keeps them for the others.

// clang-format off
// Pair I of pixels has its sums in the operands aI0 to aI3 and the inputs of a unit's groups in two of v0 to v7; the weights of four pairs of
// channels are in v8 to v11 or in v12 to v15.
#define MATRIX_PAIR(I, X, W0, W1, W2, W3)                                                                                     \
  "smmla %[a" #I "0].4s, v" #X ".16b, v" #W0 ".16b\n smmla %[a" #I "1].4s, v" #X ".16b, v" #W1 ".16b\n"                       \
  "smmla %[a" #I "2].4s, v" #X ".16b, v" #W2 ".16b\n smmla %[a" #I "3].4s, v" #X ".16b, v" #W3 ".16b\n"
#define MATRIX_PAIR_A(I, X) MATRIX_PAIR(I, X, 8, 9, 10, 11)
#define MATRIX_PAIR_B(I, X) MATRIX_PAIR(I, X, 12, 13, 14, 15)
#define MATRIX_PIXELS_2 "ldr q0, [%[x]], #32\n ldr q2, [%[x]], #96\n"
#define MATRIX_PIXELS_8                                                                                                       \
  "ld1 {v0.16b, v1.16b, v2.16b, v3.16b}, [%[x]], #64\n ld1 {v4.16b, v5.16b, v6.16b, v7.16b}, [%[x]], #64\n"
#define MATRIX_FIRST_2(PAIR) PAIR(0, 0)
#define MATRIX_FIRST_8(PAIR) PAIR(0, 0) PAIR(1, 1) PAIR(2, 4) PAIR(3, 5)
#define MATRIX_SECOND_2(PAIR) PAIR(0, 2)
#define MATRIX_SECOND_8(PAIR) PAIR(0, 2) PAIR(1, 3) PAIR(2, 6) PAIR(3, 7)
#define MATRIX_START(I) "ldp %q[a" #I "0], %q[a" #I "1], [%[initial]]\n ldp %q[a" #I "2], %q[a" #I "3], [%[initial], #32]\n"
#define MATRIX_STARTS_2 MATRIX_START(0)
#define MATRIX_STARTS_8 MATRIX_START(0) MATRIX_START(1) MATRIX_START(2) MATRIX_START(3)
#define MATRIX_SUMS(I) [a##I##0] "=&w"(acc[I][0]), [a##I##1] "=&w"(acc[I][1]), [a##I##2] "=&w"(acc[I][2]), [a##I##3] "=&w"(acc[I][3])
#define MATRIX_SUMS_2 MATRIX_SUMS(0)
#define MATRIX_SUMS_8 MATRIX_SUMS(0), MATRIX_SUMS(1), MATRIX_SUMS(2), MATRIX_SUMS(3)
#define MATRIX_MADE_A "ld1 {v8.16b, v9.16b, v10.16b, v11.16b}, [%[w]], #64\n"
#define MATRIX_MADE_B "ld1 {v12.16b, v13.16b, v14.16b, v15.16b}, [%[w]], #64\n"
/// A group from two steps, which is kept.
#define MATRIX_MAKE                                                                                                           \
  "ld1 {v8.16b, v9.16b}, [%[plain]], %[step]\n ld1 {v10.16b, v11.16b}, [%[plain]], %[step]\n"                                 \
  "zip1 v12.4s, v8.4s, v10.4s\n zip2 v13.4s, v8.4s, v10.4s\n zip1 v14.4s, v9.4s, v11.4s\n zip2 v15.4s, v9.4s, v11.4s\n"       \
  "st1 {v12.16b, v13.16b, v14.16b, v15.16b}, [%[w]], #64\n"
#define MATRIX_UNIT(N, COUNT)                                                                                                 \
  MATRIX_PIXELS_##N MATRIX_MADE_A MATRIX_MADE_B COUNT MATRIX_FIRST_##N(MATRIX_PAIR_A) MATRIX_SECOND_##N(MATRIX_PAIR_B)
/// Units whose weights are to be made; units with made ones, two in a round (of an odd number, the first round has one); a group of such.
#define MATRIX_TILE(N)                                                                                                        \
  __asm__(MATRIX_STARTS_##N "cbz %[makes], 2f\n"                                                                              \
          "1:\n" MATRIX_PIXELS_##N MATRIX_MAKE MATRIX_FIRST_##N(MATRIX_PAIR_B)                                                \
          MATRIX_MAKE "subs %[makes], %[makes], #1\n" MATRIX_SECOND_##N(MATRIX_PAIR_B) "b.ne 1b\n"                            \
          "2:\n cbz %[units], 5f\n tbnz %[units], #0, 4f\n"                                                                   \
          "3:\n" MATRIX_UNIT(N, "") "4:\n" MATRIX_UNIT(N, "subs %[units], %[units], #2\n") "b.gt 3b\n"                        \
          "5:\n tbz %[odd], #0, 6f\n" MATRIX_PIXELS_##N MATRIX_MADE_A MATRIX_FIRST_##N(MATRIX_PAIR_A) "6:\n"                  \
          : MATRIX_SUMS_##N, [x] "+&r"(x), [w] "+&r"(w), [plain] "+&r"(plain), [makes] "+&r"(makes), [units] "+&r"(units)     \
          : [initial] "r"(m->initial), [step] "r"((ptrdiff_t)STEP_BYTES), [odd] "r"(l->odd)                                   \
          : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "cc", "memory")
// clang-format on

/// How many units of weights a tile makes, then how many it takes that are made, and whether another group.
typedef struct {
  ptrdiff_t makes, units, odd;
} matrix_loops;

/// How results are stored: with nothing but saturation, with bounds, with a residual and bounds; whatever else is wanted, when the strip has passed.
enum { STORE_SATURATED, STORE_BOUNDED, STORE_RESIDUAL, STORE_WAITING };

/// A strip and what its channels have in common.
typedef struct {
  const facet_conv *c;
  int8_t *packed, *made; ///< pixels, and where weights are made
  ptrdiff_t tile_bytes, steps;
  requantization numbers;
  facet_strip s;
  int32x4_t waiting[WAITING / 2][4]; ///< sums of pairs of pixels that are not stored by their tile, each at its place
} matrix_strip;

/// 8 channels of a block, constants as the sums stand.
typedef struct {
  int32x4_t initial[4];
  requantization numbers;
  const uint8_t *plain;
  int8_t *made, *output;
  const int8_t *residual;
  ptrdiff_t store;
} matrix_channels;

/// Sums of N pixels, 2 or 8, with 8 channels.
FACET_INLINE void matrix_sums(const int8_t *x, const matrix_channels *m, const matrix_loops *l, int32x4_t acc[][4], const int N) {
  const uint8_t *plain = m->plain;
  int8_t *w = m->made;
  ptrdiff_t makes = l->makes, units = l->units;
  if (N == 8)
    MATRIX_TILE(8);
  else
    MATRIX_TILE(2);
}

/// Pixels [at, at + count) that wait. Scores want the order of the channels.
FACET_OUTLINE void store_any(matrix_strip *k, const facet_conv_part *part, ptrdiff_t at, ptrdiff_t count) {
  int32x4_t(*sums)[4] = k->waiting + at / 2;
  if (k->c->scores)
    for (ptrdiff_t i = 0; i < count; i += 2) {
      int64x2_t v[4];
      FACET_UNROLLED_FOR(int j = 0; j < 4; j++) v[j] = vreinterpretq_s64_s32(sums[i / 2][j]);
      FACET_UNROLLED_FOR(int j = 0; j < 2; j++) {
        sums[i / 2][j] = vreinterpretq_s32_s64(vzip1q_s64(v[2 * j], v[2 * j + 1]));
        sums[i / 2][2 + j] = vreinterpretq_s32_s64(vzip2q_s64(v[2 * j], v[2 * j + 1]));
      }
    }
  facet_conv_s8_store_neon(k->c, &k->s, part, FACET_WAITING_MATRICES, (int32_t)at, (int32_t)count, sums);
}

/// Bytes of two pixels by 8 channels, as their sums stand.
FACET_INLINE int8x16_t pair_bytes(const requantization *k, const int8_t *r0, const int8_t *r1, const int32x4_t acc[4], const int store) {
  if (store == STORE_SATURATED) return saturated(k, acc, vdupq_n_s8(0), 0);
  if (store == STORE_BOUNDED) return requantized(k, acc, vdupq_n_s8(0), 0);
  const int16x8_t a = vreinterpretq_s16_s8(vcombine_s8(vld1_s8(r0), vdup_n_s8(0))), b = vreinterpretq_s16_s8(vcombine_s8(vld1_s8(r1), vdup_n_s8(0)));
  return requantized(k, acc, vreinterpretq_s8_s16(vzip1q_s16(a, b)), 1);
}

/// N pixels by 8 channels.
FACET_INLINE void store_pairs(const facet_strip *s, const matrix_channels *m, ptrdiff_t at, int32x4_t acc[][4], const int N, const int store) {
  const requantization numbers = m->numbers;
  int8_t *output = m->output;
  const int8_t *r = m->residual;
  const ptrdiff_t *outputs = s->output + at, *residuals = s->residual + at;
  __asm__("" : "+r"(residuals)); // near enough for pairs of loads
  ptrdiff_t to[TILE], from[TILE];
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) to[i] = outputs[i], from[i] = store == STORE_RESIDUAL ? residuals[i] : 0;
  FACET_UNROLLED_FOR(int i = 0; i < N; i += 4) {
    const int16x8_t b0 = vreinterpretq_s16_s8(pair_bytes(&numbers, r + from[i], r + from[i + 1], acc[i / 2], store));
    const int16x8_t b1 = N == 2 ? b0 : vreinterpretq_s16_s8(pair_bytes(&numbers, r + from[i + 2], r + from[i + 3], acc[i / 2 + 1], store));
    const int8x16_t even = vreinterpretq_s8_s16(vuzp1q_s16(b0, b1)), odd = vreinterpretq_s8_s16(vuzp2q_s16(b0, b1));
    vst1_s8(output + to[i], vget_low_s8(even));
    vst1_s8(output + to[i + 1], vget_low_s8(odd));
    if (N == 2) break;
    vst1_s8(output + to[i + 2], vget_high_s8(even));
    vst1_s8(output + to[i + 3], vget_high_s8(odd));
  }
}

/// N pixels, of which `valid` exist. The others repeat the last one, in inputs and so in results: without a residual, which might be what is written
/// here, and where all residuals are read before, they may be stored.
FACET_INLINE void tile(matrix_strip *k, const matrix_channels *m, const matrix_loops *l, const int8_t *x, ptrdiff_t at, ptrdiff_t valid,
                       const int N) {
  int32x4_t acc[4][4];
  matrix_sums(x, m, l, acc, N);
  const ptrdiff_t store = N == TILE && valid < N && m->store == STORE_RESIDUAL ? STORE_WAITING : m->store;
  if (store == STORE_SATURATED && N == TILE) {
    store_pairs(&k->s, m, at, acc, N, STORE_SATURATED);
  } else if (store == STORE_BOUNDED || store == STORE_SATURATED) {
    store_pairs(&k->s, m, at, acc, N, STORE_BOUNDED);
  } else if (store == STORE_RESIDUAL) {
    store_pairs(&k->s, m, at, acc, N, STORE_RESIDUAL);
  } else {
    ptrdiff_t place = at / 2;
    __asm__("" : "+r"(place)); // no pointer that all tiles would move
    int32x4_t(*to)[4] = k->waiting + place;
    __asm__("" : "+r"(to)); // near enough for pairs of stores
    FACET_UNROLLED_FOR(int i = 0; i < N / 2; i++)
      FACET_UNROLLED_FOR(int v = 0; v < 4; v++) facet_wait(&to[i][v], acc[i][v]);
  }
}

/// The last steps of weights, fewer than four: groups that no tile makes. The second step of an odd last group is zero.
FACET_OUTLINE void make_rest(const uint8_t *w, ptrdiff_t steps, int8_t *to) {
  FACET_ROLLED_FOR(; steps > 0; steps -= 2, w += 2 * STEP_BYTES, to += 8 * CHANNELS)
    FACET_ROLLED_FOR(int i = 0; i < 2; i++) {
      const int32x4_t first = vreinterpretq_s32_u8(vld1q_u8(w + 16 * i));
      const int32x4_t second = steps > 1 ? vreinterpretq_s32_u8(vld1q_u8(w + STEP_BYTES + 16 * i)) : vdupq_n_s32(0);
      vst1q_s8(to + 32 * i, vreinterpretq_s8_s32(vzip1q_s32(first, second)));
      vst1q_s8(to + 32 * i + 16, vreinterpretq_s8_s32(vzip2q_s32(first, second)));
    }
}

/// Numbers of 8 channels, two and two, each pair twice.
FACET_INLINE void repeat_pairs(const void *from, void *to) {
  const int64x2_t low = vld1q_s64(from), high = vld1q_s64((const int64_t *)from + 2);
  int64_t *all = to;
  vst1q_s64(all, vdupq_laneq_s64(low, 0));
  vst1q_s64(all + 2, vdupq_laneq_s64(low, 1));
  vst1q_s64(all + 4, vdupq_laneq_s64(high, 0));
  vst1q_s64(all + 6, vdupq_laneq_s64(high, 1));
}

/// 8 channels of a strip.
FACET_OUTLINE void channels(matrix_strip *k, const facet_conv_part *part) {
  const facet_conv *c = k->c;
  const ptrdiff_t steps = k->steps, groups = (steps + 1) / 2, rest = (steps % 4 + 1) / 2;
  matrix_channels m;
  m.plain = part->weights;
  m.made = k->made;
  m.store = STORE_WAITING;
  repeat_pairs(c->initial + part->first, m.initial);
  if (!c->scores && !c->function && part->count == CHANNELS) {
    m.numbers = k->numbers;
    m.output = (int8_t *)c->output + part->channel;
    m.residual = c->residual ? (const int8_t *)c->residual + part->channel : NULL;
    m.store = c->residual ? STORE_RESIDUAL : c->low > -128 || c->high < 127 ? STORE_BOUNDED : STORE_SATURATED;
    repeat_pairs(c->multiplier + part->first, m.numbers.multiplier);
  }
  if (rest) make_rest(part->weights + steps / 4 * 4 * STEP_BYTES, steps % 4, m.made + steps / 4 * 128);
  matrix_loops l = {steps / 4, rest / 2, rest % 2};
  const int8_t *x = k->packed;
  ptrdiff_t at = 0, count = k->s.count;
  for (; count > TILE / 2; count -= TILE, at += TILE, x += k->tile_bytes) {
    tile(k, &m, &l, x, at, count, TILE);
    l = (matrix_loops){0, groups / 2, groups % 2};
  }
  for (; count > 0; count -= 2, at += 2, x += 16) {
    tile(k, &m, &l, x, at, count, 2);
    l = (matrix_loops){0, groups / 2, groups % 2};
  }
  if (m.store == STORE_WAITING)
    store_any(k, part, 0, k->s.count);
  else if (m.store == STORE_RESIDUAL && k->s.count % TILE > TILE / 2)
    store_any(k, part, k->s.count / TILE * TILE, k->s.count % TILE);
}

/// Blocks [b0, b1) of one group: a strip of pixels is packed, then all channels pass it.
static void blocks(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const ptrdiff_t tile_bytes = (ptrdiff_t)facet_matrix_tile(c), bytes = (ptrdiff_t)facet_packed_pixel(c);
  const int32_t most = (int32_t)facet_matrix_strip(c), tiles = (p1 - p0 + TILE - 1) / TILE, strips = (tiles + most - 1) / most;
  const int32_t pixels = strips > 0 ? (tiles + strips - 1) / strips * TILE : 0;
  matrix_strip k;
  k.c = c;
  k.packed = c->scratch;
  k.made = k.packed + most * tile_bytes;
  k.tile_bytes = tile_bytes;
  k.steps = bytes / 4;
  k.numbers = requantization_of(c);
  for (int32_t p = p0; p < p1; p += k.s.count) {
    facet_conv_fill_strip_neon(c, facet_conv_block_at(c, b0, 1).input, p, p1 - p < pixels ? p1 : p + pixels, &k.s);
    pack_strip(c, &k.s, k.packed, k.made);
    for (int32_t i = b0; i < b1; i++) {
      const facet_conv_block b = facet_conv_block_at(c, i, 1);
      for (int32_t from = 0; from < b.count; from += CHANNELS) {
        const int32_t left = b.count - from;
        const facet_conv_part part = {(const uint8_t *)c->weights + i * bytes * FACET_BLOCK + 4 * from, b.first + from, b.channel + from,
                                      left < CHANNELS ? left : CHANNELS};
        channels(&k, &part);
      }
    }
  }
}

/// Convolution and fully connected, int8, activations stored signed: 8 pixels by 8 channels, 16 accumulators, smmla.
void facet_conv_s8_8x8_i8mm(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_conv *c = arguments;
  const int32_t group_blocks = facet_group_blocks(c);
  for (int32_t i = b0, end; i < b1; i = end) {
    end = (i / group_blocks + 1) * group_blocks;
    if (end > b1) end = b1;
    blocks(c, p0, p1, i, end);
  }
}
#pragma clang attribute pop
#endif
