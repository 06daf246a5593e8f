#if defined(__aarch64__)
#include "facet_conv_s8_matrix.h"
#include "facet_conv_s8_store_neon.h"

#pragma clang attribute push(__attribute__((target("i8mm"))), apply_to = function)

enum { TILE = 8, CHANNELS = 8, STEP_BYTES = FACET_BLOCK * 4 };

// smmla multiplies two rows of 8 inputs by two of 8 weights: of pixels P, P + 1 and channels C, C + 1, sums in the order PC, P(C+1), (P+1)C,
// (P+1)(C+1). Inputs are packed as it wants them: for 8 inputs ("a group") [4 pairs][2 pixels][8], group after group, whatever segments they
// come from. Weights of a group are two steps as they lie, whose words it zips, or rearranged [8 channels][8].

/// The inputs of 8 pixels, the last one repeated where there are not so many.
FACET_OUTLINE void pack_pixels(const facet_conv *c, const ptrdiff_t *address, int32_t valid, int8_t *to) {
  const facet_segments s = facet_conv_segments(c);
  const ptrdiff_t bytes = ((ptrdiff_t)s.length + 3) / 4 * 4;
  const int8_t *in[TILE];
  for (int i = 0; i < TILE; i++) in[i] = (const int8_t *)address[i < valid ? i : valid - 1];
  ptrdiff_t place = 0;
  for (int32_t ky = 0; ky < s.rows; ky++)
    for (int32_t kx = 0; kx < s.columns; kx++) {
      const ptrdiff_t offset = ky * (c->input_row * c->dilation_y) + kx * (c->input_pixel * c->dilation_x);
      if (bytes % 8) { // segments of odd steps begin within groups
        for (ptrdiff_t i = 0; i < bytes; i += 4, place += 4) {
          int8_t *word = to + place / 8 * (8 * TILE) + place % 8;
          FACET_ROLLED_FOR(int p = 0; p < TILE; p++) memcpy(word + 8 * p, in[p] + offset + i, 4);
        }
        continue;
      }
      ptrdiff_t i = offset;
      const ptrdiff_t end = offset + bytes;
      FACET_ROLLED_FOR(; i + 16 <= end; i += 16, to += 16 * TILE) {
        int8x16x4_t first, second;
        FACET_UNROLLED_FOR(int p = 0; p < TILE; p += 2) {
          const int64x2_t x0 = vreinterpretq_s64_s8(vld1q_s8(in[p] + i)), x1 = vreinterpretq_s64_s8(vld1q_s8(in[p + 1] + i));
          first.val[p / 2] = vreinterpretq_s8_s64(vzip1q_s64(x0, x1));
          second.val[p / 2] = vreinterpretq_s8_s64(vzip2q_s64(x0, x1));
        }
        vst1q_s8_x4(to, first);
        vst1q_s8_x4(to + 8 * TILE, second);
      }
      if (i < end) {
        FACET_ROLLED_FOR(int p = 0; p < TILE; p++) vst1_s8(to + 8 * p, vld1_s8(in[p] + i));
        to += 8 * TILE;
      }
    }
}

// clang-format off
// Pair I of pixels has its inputs in vI, its sums in the operands aI0 to aI3; the weights of four pairs of channels are in v8 to v11.
#define MATRIX_PAIR(I)                                                                                                       \
  "smmla %[a" #I "0].4s, v" #I ".16b, v8.16b\n smmla %[a" #I "1].4s, v" #I ".16b, v9.16b\n"                                  \
  "smmla %[a" #I "2].4s, v" #I ".16b, v10.16b\n smmla %[a" #I "3].4s, v" #I ".16b, v11.16b\n"
#define MATRIX_PIXELS_2 "ldr q0, [%[x]], #64\n"
#define MATRIX_PIXELS_8 "ld1 {v0.16b, v1.16b, v2.16b, v3.16b}, [%[x]], #64\n"
#define MATRIX_PRODUCTS_2 MATRIX_PAIR(0)
#define MATRIX_PRODUCTS_8 MATRIX_PAIR(0) MATRIX_PAIR(1) MATRIX_PAIR(2) MATRIX_PAIR(3)
#define MATRIX_START(I) "ldp %q[a" #I "0], %q[a" #I "1], [%[initial]]\n ldp %q[a" #I "2], %q[a" #I "3], [%[initial], #32]\n"
#define MATRIX_STARTS_2 MATRIX_START(0)
#define MATRIX_STARTS_8 MATRIX_START(0) MATRIX_START(1) MATRIX_START(2) MATRIX_START(3)
#define MATRIX_SUMS(I) [a##I##0] "=&w"(acc[I][0]), [a##I##1] "=&w"(acc[I][1]), [a##I##2] "=&w"(acc[I][2]), [a##I##3] "=&w"(acc[I][3])
#define MATRIX_SUMS_2 MATRIX_SUMS(0)
#define MATRIX_SUMS_8 MATRIX_SUMS(0), MATRIX_SUMS(1), MATRIX_SUMS(2), MATRIX_SUMS(3)
#define MATRIX_ZIP "zip1 v8.4s, v4.4s, v6.4s\n zip2 v9.4s, v4.4s, v6.4s\n zip1 v10.4s, v5.4s, v7.4s\n zip2 v11.4s, v5.4s, v7.4s\n"
#define MATRIX_STEP(A, B) "ld1 {v" #A ".16b, v" #B ".16b}, [%[w]], %[step]\n"
#define MATRIX_PACKED "ld1 {v8.16b, v9.16b, v10.16b, v11.16b}, [%[w]], #64\n"
#define MATRIX_PLAIN MATRIX_STEP(4, 5) MATRIX_STEP(6, 7) MATRIX_ZIP
#define MATRIX_LAST MATRIX_STEP(4, 5) "movi v6.16b, #0\n movi v7.16b, #0\n" MATRIX_ZIP
#define MATRIX_STORE "st1 {v8.16b, v9.16b, v10.16b, v11.16b}, [%[to]], #64\n"
/// Two groups in a round; of an odd number, the first round has one.
#define MATRIX_LOOP(N, COUNT, WEIGHTS, ROUND, HALF, END)                                                                     \
  "cbz %[" COUNT "], " END "f\n tbnz %[" COUNT "], #0, " HALF "f\n"                                                          \
  ROUND ":\n" MATRIX_PIXELS_##N WEIGHTS MATRIX_PRODUCTS_##N                                                                  \
  HALF ":\n" MATRIX_PIXELS_##N WEIGHTS "subs %[" COUNT "], %[" COUNT "], #2\n" MATRIX_PRODUCTS_##N                           \
  "b.gt " ROUND "b\n" END ":\n"
/// Rearranged groups, groups as they lie, a step that has no other one.
#define MATRIX_TILE(N)                                                                                                       \
  __asm__(MATRIX_STARTS_##N MATRIX_LOOP(N, "packed", MATRIX_PACKED, "1", "2", "3") "mov %[w], %[plain]\n"                    \
          MATRIX_LOOP(N, "groups", MATRIX_PLAIN, "4", "5", "6")                                                              \
          "cbz %[odd], 7f\n" MATRIX_PIXELS_##N MATRIX_LAST MATRIX_PRODUCTS_##N "7:\n"                                        \
          : MATRIX_SUMS_##N, [x] "+&r"(x), [w] "+&r"(w), [packed] "+&r"(packed), [groups] "+&r"(groups)                      \
          : [initial] "r"(m->initial), [plain] "r"(m->plain), [step] "r"((ptrdiff_t)STEP_BYTES), [odd] "r"(m->odd)           \
          : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "cc", "memory")

/// The weights of 8 channels: groups of [8 channels][8]. The second step of an odd last group is zero.
FACET_OUTLINE void pack_weights(const uint8_t *w, ptrdiff_t steps, int8_t *to) {
  ptrdiff_t groups = steps / 2, odd = steps % 2;
  __asm__("cbz %[groups], 4f\n"
          "1:\n" MATRIX_PLAIN "subs %[groups], %[groups], #1\n" MATRIX_STORE "b.ne 1b\n"
          "4:\n cbz %[odd], 5f\n" MATRIX_LAST MATRIX_STORE "5:\n"
          : [w] "+&r"(w), [to] "+&r"(to), [groups] "+&r"(groups)
          : [step] "r"((ptrdiff_t)STEP_BYTES), [odd] "r"(odd)
          : "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "cc", "memory");
}
// clang-format on

/// 8 channels of a block: their weights, of which the first groups are rearranged at `room` and the others lie as they are, and constants.
typedef struct {
  const void *room, *plain;
  ptrdiff_t packed, groups, odd;
  int32x4_t initial[4];
  channel_constants constants;
  facet_conv_part part;
} matrix_channels;

/// Sums of N pixels, 2 or 8, with 8 channels.
FACET_INLINE void matrix_sums(const int8_t *x, const matrix_channels *m, int32x4_t acc[][4], const int N) {
  const void *w = m->room;
  ptrdiff_t packed = m->packed, groups = m->groups;
  if (N == 8)
    MATRIX_TILE(8);
  else
    MATRIX_TILE(2);
}

/// What is not stored plainly: the sums in the order of the channels first.
FACET_OUTLINE void store_any(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, int32_t at, int32_t valid, int32x4_t acc[][4]) {
  int32x4_t plain[TILE][4] = {{{0}}};
  for (int32_t i = 0; i < valid; i++)
    for (int v = 0; v < 2; v++) {
      const int64x2_t a = vreinterpretq_s64_s32(acc[i / 2][2 * v]), b = vreinterpretq_s64_s32(acc[i / 2][2 * v + 1]);
      plain[i][v] = vreinterpretq_s32_s64(i % 2 ? vzip2q_s64(a, b) : vzip1q_s64(a, b));
    }
  const channel_constants k = constants_of(c, part);
  facet_conv_s8_store_neon(c, s, part, &k, at, valid, plain);
}

/// N pixels by 8 channels, whose constants are repeated as their sums stand.
FACET_INLINE void store_pairs(const facet_strip *s, const channel_constants *k, ptrdiff_t at, int32x4_t acc[][4], const int N, const int residual) {
  const requantization numbers = k->numbers;
  int8_t *output = k->output;
  FACET_UNROLLED_FOR(int i = 0; i < N; i += 2) {
    int16x8_t r = vdupq_n_s16(0);
    if (residual) {
      const int8x8_t r0 = vld1_s8(k->residual + s->residual[at + i]), r1 = vld1_s8(k->residual + s->residual[at + i + 1]);
      r = vzip1q_s16(vreinterpretq_s16_s8(vcombine_s8(r0, r0)), vreinterpretq_s16_s8(vcombine_s8(r1, r1)));
    }
    const int16x8_t b = vreinterpretq_s16_s8(requantized(&numbers, acc[i / 2], vreinterpretq_s8_s16(r), residual));
    vst1_s8(output + s->output[at + i], vreinterpret_s8_s16(vget_low_s16(vuzp1q_s16(b, b))));
    vst1_s8(output + s->output[at + i + 1], vreinterpret_s8_s16(vget_low_s16(vuzp2q_s16(b, b))));
  }
}

/// N pixels, of which `valid` are stored.
FACET_INLINE void tile(const facet_conv *c, const facet_strip *s, const matrix_channels *m, const int8_t *x, ptrdiff_t at, ptrdiff_t valid,
                       const int N) {
  int32x4_t acc[4][4];
  matrix_sums(x, m, acc, N);
  if (valid == N && m->constants.plain == CHANNELS && !m->constants.residual) {
    store_pairs(s, &m->constants, at, acc, N, 0);
  } else if (valid == N && m->constants.plain == CHANNELS) {
    store_pairs(s, &m->constants, at, acc, N, 1);
  } else {
    int32x4_t sums[4][4]; // a copy: what has an address stays in memory
    FACET_UNROLLED_FOR(int i = 0; i < N / 2; i++)
      FACET_UNROLLED_FOR(int v = 0; v < 4; v++) sums[i][v] = acc[i][v];
    store_any(c, s, &m->part, (int32_t)at, (int32_t)valid, sums);
  }
}

/// There is `room` for some rearranged weights.
FACET_INLINE matrix_channels channels_of(const facet_conv *c, const facet_conv_part *part, int8_t *room, ptrdiff_t room_bytes) {
  const ptrdiff_t steps = (ptrdiff_t)facet_packed_pixel(c) / 4, most = room_bytes / (8 * CHANNELS) * 2, packed = steps < most ? steps : most;
  matrix_channels m = {room,
                       part->weights + packed * STEP_BYTES,
                       (packed + 1) / 2,
                       (steps - packed) / 2,
                       (steps - packed) % 2,
                       .constants = constants_of(c, part),
                       .part = *part};
  pack_weights(part->weights, packed, room);
  const float32x4_t low = m.constants.numbers.multiplier[0], high = m.constants.numbers.multiplier[1];
  const int32x4_t i0 = vld1q_s32(c->initial + part->first), i1 = vld1q_s32(c->initial + part->first + 4);
  m.constants.numbers.multiplier[0] = vcombine_f32(vget_low_f32(low), vget_low_f32(low));
  m.constants.numbers.multiplier[1] = vcombine_f32(vget_high_f32(low), vget_high_f32(low));
  m.constants.numbers.multiplier[2] = vcombine_f32(vget_low_f32(high), vget_low_f32(high));
  m.constants.numbers.multiplier[3] = vcombine_f32(vget_high_f32(high), vget_high_f32(high));
  m.initial[0] = vcombine_s32(vget_low_s32(i0), vget_low_s32(i0));
  m.initial[1] = vcombine_s32(vget_high_s32(i0), vget_high_s32(i0));
  m.initial[2] = vcombine_s32(vget_low_s32(i1), vget_low_s32(i1));
  m.initial[3] = vcombine_s32(vget_high_s32(i1), vget_high_s32(i1));
  return m;
}

/// 8 channels of packed pixels [at, at + count) of a strip.
static void channels(const facet_conv *c, const facet_strip *s, const facet_conv_part *part, const int8_t *x, ptrdiff_t at, ptrdiff_t count,
                     int8_t *room, ptrdiff_t room_bytes) {
  const matrix_channels m = channels_of(c, part, room, room_bytes);
  const ptrdiff_t tile_bytes = facet_matrix_tile(c);
  for (; count > TILE / 2; count -= TILE, at += TILE, x += tile_bytes) tile(c, s, &m, x, at, count < TILE ? count : TILE, TILE);
  for (; count > 0; count -= 2, at += 2, x += 16) tile(c, s, &m, x, at, count < 2 ? count : 2, 2);
}

/// Blocks [b0, b1) of one group: as many pixels as there is room for are packed, then all channels pass them.
static void blocks(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  _Alignas(64) int8_t room[FACET_MATRIX_BYTES];
  facet_strip s;
  const ptrdiff_t block_bytes = (ptrdiff_t)facet_packed_pixel(c) * FACET_BLOCK, tile_bytes = facet_matrix_tile(c);
  const int32_t fit = (int32_t)(FACET_MATRIX_BYTES / tile_bytes), most = fit > 2 ? fit - 1 : fit;
  for (int32_t p = p0; p < p1; p += s.count) {
    facet_conv_fill_strip_neon(c, facet_conv_block_at(c, b0, 1).input, p, p1 - p < STRIP ? p1 : p + STRIP, &s);
    const int32_t tiles = (s.count + TILE - 1) / TILE, rounds = (tiles + most - 1) / most, together = (tiles + rounds - 1) / rounds;
    for (int32_t at = 0; at < s.count; at += together * TILE) {
      const int32_t count = s.count - at < together * TILE ? s.count - at : together * TILE;
      for (int32_t i = 0; i < count; i += TILE) pack_pixels(c, s.input + at + i, count - i, room + i / TILE * tile_bytes);
      const ptrdiff_t taken = together * tile_bytes, left_room = count > TILE ? FACET_MATRIX_BYTES - taken : 0; // for one tile it does not pay
      for (int32_t i = b0; i < b1; i++) {
        const facet_conv_block b = facet_conv_block_at(c, i, 1);
        for (int32_t from = 0; from < b.count; from += CHANNELS) {
          const int32_t left = b.count - from;
          const facet_conv_part part = {(const uint8_t *)c->weights + i * block_bytes + 4 * from, b.first + from, b.channel + from,
                                        left < CHANNELS ? left : CHANNELS};
          channels(c, &s, &part, room, at, count, room + taken, left_room);
        }
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
