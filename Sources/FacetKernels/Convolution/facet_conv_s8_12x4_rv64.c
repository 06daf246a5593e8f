#if defined(__riscv) && __riscv_xlen == 64
#include "facet_conv_tile.h"
#include "facet_store_function_rv64.h"

// Three output pixels stand in one integer, x0 + x1 * 2^21 + x2 * 2^42: one multiplication and one addition make three products. A sum of
// products fits its 21 bits as long as the weights' magnitudes sum up to 8191, so always for 64 of them; then sums are taken apart.

/// Inputs that are packed together, and those that may always be summed in 21 bits; blocks of channels that pass packed inputs; runs of
/// PACKED inputs by blocks of which it is known whether they fit.
enum { PACKED = 192, SUMMED = 64, BLOCKS = 8, KNOWN = 512, PIXELS = 12 };

/// A tile: where its pixels lie, their packed inputs and their sums.
typedef struct {
  const uint8_t *input[PIXELS];
  ptrdiff_t output[PIXELS], residual[PIXELS];
  int32_t index;
  uint64_t packed[PACKED * 4];
  uint32_t sums[BLOCKS][PIXELS][FACET_BLOCK];
} tile;

/// Which input comes next: those of a segment lie side by side, a number of them that is rounded up to four.
typedef struct {
  int32_t ky, kx, k;
} place;

// The loops on words and channels. `w` is loaded one weight ahead; the last product of a step takes its register.
#define TEXT(x) #x
#define LOAD_X(n, at) "ld %[x" TEXT(n) "], " TEXT(at) "(%[packed])\n\t"
#define LOAD_W(w, at) "lb %[" TEXT(w) "], " TEXT(at) "(%[weights])\n\t"
#define MUL(to, x, w) "mul %[" TEXT(to) "], %[" TEXT(x) "], %[" TEXT(w) "]\n\t"
#define ADD(n, from) "add %[a" TEXT(n) "], %[a" TEXT(n) "], %[" TEXT(from) "]\n\t"
#define ZERO(n) "li %[a" TEXT(n) "], 0\n\t"
#define ALL_ZERO ZERO(0) ZERO(1) ZERO(2) ZERO(3) ZERO(4) ZERO(5) ZERO(6) ZERO(7) ZERO(8) ZERO(9) ZERO(10) ZERO(11) ZERO(12) ZERO(13) ZERO(14) ZERO(15)
#define LOOP(body, bytes)                                                                                     \
  ALL_ZERO "0:\n\t" body "addi %[packed], %[packed], " TEXT(bytes) "\n\taddi %[weights], %[weights], 128\n\t" \
                                                                   "bltu %[packed], %[end], 0b"
#define SUMS                                                                                                                                      \
  [a0] "=&r"(a[0]), [a1] "=&r"(a[1]), [a2] "=&r"(a[2]), [a3] "=&r"(a[3]), [a4] "=&r"(a[4]), [a5] "=&r"(a[5]), [a6] "=&r"(a[6]), [a7] "=&r"(a[7]), \
      [a8] "=&r"(a[8]), [a9] "=&r"(a[9]), [a10] "=&r"(a[10]), [a11] "=&r"(a[11]), [a12] "=&r"(a[12]), [a13] "=&r"(a[13]), [a14] "=&r"(a[14]),     \
      [a15] "=&r"(a[15]), [packed] "+r"(packed), [weights] "+r"(weights), [t0] "=&r"(t[0]), [t1] "=&r"(t[1]), [w] "=&r"(t[2]), [v] "=&r"(t[3]),   \
      [x0] "=&r"(t[4])

/// Four words by one channel.
#define CHANNEL(w, next, a0, a1, a2, a3) \
  MUL(t0, x0, w) MUL(t1, x1, w) next ADD(a0, t0) MUL(t0, x2, w) ADD(a1, t1) MUL(t1, x3, w) ADD(a2, t0) ADD(a3, t1)
#define STEP_4X4(x0, x1, x2, x3, w0, w1, w2, w3) \
  LOAD_X(0, x0)                                  \
  LOAD_W(w, w0)                                  \
  LOAD_X(1, x1)                                  \
  LOAD_X(2, x2)                                  \
  LOAD_X(3, x3)                                  \
  CHANNEL(w, LOAD_W(v, w1), 0, 1, 2, 3) CHANNEL(v, LOAD_W(w, w2), 4, 5, 6, 7) CHANNEL(w, LOAD_W(v, w3), 8, 9, 10, 11) CHANNEL(v, , 12, 13, 14, 15)

/// Sums a[4 * channel + word].
FACET_INLINE void sum_4x4(const uint64_t *packed, const int8_t *weights, ptrdiff_t count, uint64_t a[16]) {
  const uint64_t *end = packed + 4 * count;
  uint64_t t[8];
  __asm__(LOOP(STEP_4X4(0, 8, 16, 24, 0, 4, 8, 12) STEP_4X4(32, 40, 48, 56, 1, 5, 9, 13) STEP_4X4(64, 72, 80, 88, 2, 6, 10, 14)
                   STEP_4X4(96, 104, 112, 120, 3, 7, 11, 15),
               128)
          : SUMS, [x1] "=&r"(t[5]), [x2] "=&r"(t[6]), [x3] "=&r"(t[7])
          : [end] "r"(end)
          : "memory");
}

/// Two words by two channels.
#define CHANNELS_2(n0, n1, a0, a1, a2, a3) \
  MUL(t0, x0, w) MUL(t1, x1, w) n0 ADD(a0, t0) MUL(t0, x0, v) ADD(a1, t1) MUL(t1, x1, v) n1 ADD(a2, t0) ADD(a3, t1)
#define STEP_2X8(x0, x1, w0, w1, w2, w3, w4, w5, w6, w7) \
  LOAD_X(0, x0)                                          \
  LOAD_W(w, w0)                                          \
  LOAD_X(1, x1)                                          \
  LOAD_W(v, w1)                                          \
  CHANNELS_2(LOAD_W(w, w2), LOAD_W(v, w3), 0, 1, 2, 3)   \
  CHANNELS_2(LOAD_W(w, w4), LOAD_W(v, w5), 4, 5, 6, 7) CHANNELS_2(LOAD_W(w, w6), LOAD_W(v, w7), 8, 9, 10, 11) CHANNELS_2(, , 12, 13, 14, 15)

/// Sums a[2 * channel + word].
FACET_INLINE void sum_2x8(const uint64_t *packed, const int8_t *weights, ptrdiff_t count, uint64_t a[16]) {
  const uint64_t *end = packed + 2 * count;
  uint64_t t[6];
  __asm__(LOOP(STEP_2X8(0, 8, 0, 4, 8, 12, 16, 20, 24, 28) STEP_2X8(16, 24, 1, 5, 9, 13, 17, 21, 25, 29)
                   STEP_2X8(32, 40, 2, 6, 10, 14, 18, 22, 26, 30) STEP_2X8(48, 56, 3, 7, 11, 15, 19, 23, 27, 31),
               64)
          : SUMS, [x1] "=&r"(t[5])
          : [end] "r"(end)
          : "memory");
}

/// One word by two channels.
#define CHANNELS_1(n0, n1, a0, a1) MUL(t0, x0, w) MUL(t1, x0, v) n0 n1 ADD(a0, t0) ADD(a1, t1)
// clang-format off
#define STEP_1X16(x0, w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15)            \
  LOAD_X(0, x0) LOAD_W(w, w0) LOAD_W(v, w1)                                                           \
  CHANNELS_1(LOAD_W(w, w2), LOAD_W(v, w3), 0, 1) CHANNELS_1(LOAD_W(w, w4), LOAD_W(v, w5), 2, 3)         \
  CHANNELS_1(LOAD_W(w, w6), LOAD_W(v, w7), 4, 5) CHANNELS_1(LOAD_W(w, w8), LOAD_W(v, w9), 6, 7)         \
  CHANNELS_1(LOAD_W(w, w10), LOAD_W(v, w11), 8, 9) CHANNELS_1(LOAD_W(w, w12), LOAD_W(v, w13), 10, 11)   \
  CHANNELS_1(LOAD_W(w, w14), LOAD_W(v, w15), 12, 13) CHANNELS_1(, , 14, 15)
// clang-format on

/// Sums a[channel].
FACET_INLINE void sum_1x16(const uint64_t *packed, const int8_t *weights, ptrdiff_t count, uint64_t a[16]) {
  const uint64_t *end = packed + count;
  uint64_t t[5];
  __asm__(LOOP(STEP_1X16(0, 0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60)
                   STEP_1X16(8, 1, 5, 9, 13, 17, 21, 25, 29, 33, 37, 41, 45, 49, 53, 57, 61)
                       STEP_1X16(16, 2, 6, 10, 14, 18, 22, 26, 30, 34, 38, 42, 46, 50, 54, 58, 62)
                           STEP_1X16(24, 3, 7, 11, 15, 19, 23, 27, 31, 35, 39, 43, 47, 51, 55, 59, 63),
               32)
          : SUMS
          : [end] "r"(end)
          : "memory");
}

/// Takes a word of three sums apart, and adds them to those of three pixels.
FACET_INLINE void add_three(uint64_t word, uint32_t *sums) {
  const int64_t half = 1 << 20;
  const int64_t upper = (int64_t)(word + (uint64_t)half) >> 21; // the lowest sum's sign has no part in it
  sums[0] += (uint32_t)((int64_t)(word << 43) >> 43);
  sums[FACET_BLOCK] += (uint32_t)((int64_t)((uint64_t)upper << 43) >> 43);
  sums[2 * FACET_BLOCK] += (uint32_t)((upper + half) >> 21);
}

/// The same for 16 words: `words` for each of 16 / `words` channels.
FACET_OUTLINE void add_sums(const uint64_t a[16], int32_t words, uint32_t *sums) {
  if (words == 4) {
    FACET_ROLLED_FOR(int i = 0; i < 4; i++, a += 4, sums++)
      FACET_UNROLLED_FOR(int j = 0; j < 4; j++) add_three(a[j], sums + 3 * FACET_BLOCK * j);
    return;
  }
  FACET_ROLLED_FOR(int i = 0; i < 16; i += words, sums++)
    FACET_ROLLED_FOR(int j = 0; j < words; j++) add_three(a[i + j], sums + 3 * FACET_BLOCK * j);
}

/// `count` packed inputs of `words` words each by 16 / `words` channels.
FACET_OUTLINE void multiply_add(const uint64_t *packed, const int8_t *weights, ptrdiff_t count, int32_t words, uint32_t *sums) {
  uint64_t a[16];
  if (words == 4)
    sum_4x4(packed, weights, count, a);
  else if (words == 2)
    sum_2x8(packed, weights, count, a);
  else
    sum_1x16(packed, weights, count, a);
  add_sums(a, words, sums);
}

/// Packs `count` inputs (a multiple of 4) from `at` on, and moves `at` behind them: `words` words for each.
FACET_OUTLINE void pack(const facet_conv *c, facet_segments s, place *at, int32_t count, int32_t words, tile *t) {
  const int32_t length = (s.length + 3) / 4 * 4;
  for (int32_t done = 0; done < count;) {
    const ptrdiff_t offset = at->ky * (c->input_row * c->dilation_y) + at->kx * (c->input_pixel * c->dilation_x) + at->k;
    const int32_t left = length - at->k, here = left < count - done ? left : count - done;
    for (int32_t i = 0; i < words; i++) {
      const int8_t *x0 = (const int8_t *)t->input[3 * i] + offset, *x1 = (const int8_t *)t->input[3 * i + 1] + offset;
      const int8_t *x2 = (const int8_t *)t->input[3 * i + 2] + offset;
      uint64_t *to = t->packed + words * done + i;
      FACET_ROLLED_FOR(int32_t k = 0; k < here; k += 4, x0 += 4, x1 += 4, x2 += 4, to += 4 * words)
        FACET_UNROLLED_FOR(int j = 0; j < 4; j++)
          to[j * words] = (uint64_t)(int64_t)x0[j] + ((uint64_t)(int64_t)x1[j] << 21) + ((uint64_t)(int64_t)x2[j] << 42);
    }
    done += here;
    at->k += here;
    if (at->k < length) continue;
    at->k = 0;
    if (++at->kx < s.columns) continue;
    at->kx = 0;
    at->ky++;
  }
}

/// Of 32 channels by `count` inputs: a bit for every four channels whose weights' magnitudes sum up to 8191 at most.
FACET_OUTLINE uint8_t small_sums(const int8_t *weights, ptrdiff_t count) {
  const uint64_t ones = 0x0101010101010101, even = 0x00FF00FF00FF00FF;
  uint8_t small = 0;
  FACET_ROLLED_FOR(int quad = 0; quad < 8; quad++) {
    int32_t fits = 1;
    FACET_ROLLED_FOR(int half = 0; half < 2; half++) {
      uint64_t sums = 0;
      const int8_t *w = weights + 16 * quad + 8 * half;
      FACET_ROLLED_FOR(ptrdiff_t k = 0; k < count; k += 4, w += 4 * FACET_BLOCK) {
        uint64_t v;
        memcpy(&v, __builtin_assume_aligned(w, 8), 8);
        const uint64_t negative = v >> 7 & ones;
        v = (v ^ ((negative << 8) - negative)) + negative;
        sums += (v & even) + (v >> 8 & even);
      }
      fits &= (sums & 0xFFFF) + (sums >> 16 & 0xFFFF) <= 8191 && (sums >> 32 & 0xFFFF) + (sums >> 48) <= 8191;
    }
    small |= (uint8_t)(fits << quad);
  }
  return small;
}

/// A block's channels by `count` packed inputs.
FACET_OUTLINE void add_block(const tile *t, const int8_t *weights, ptrdiff_t count, int32_t words, int32_t channels, uint32_t small, uint32_t *sums) {
  const int32_t some = 16 / words;
  for (int32_t first = 0; first < channels; first += some) {
    const ptrdiff_t most = small >> (first / 4) & 1 && words == 4 ? PACKED : SUMMED;
    for (ptrdiff_t k = 0; k < count; k += most)
      multiply_add(t->packed + words * k, weights + 4 * first + FACET_BLOCK * k, count - k < most ? count - k : most, words, sums + first);
  }
}

/// A block's results of `valid` pixels where there are scores or a function.
FACET_OUTLINE void store_any(const facet_conv *c, const tile *t, const uint32_t (*sums)[FACET_BLOCK], const facet_conv_block *b, int32_t valid) {
  if (c->function != FACET_RESULT_PLAIN) {
    const facet_sums_riscv s = {.sums = sums,
                                .step = FACET_BLOCK,
                                .output = (uintptr_t)c->output + (uintptr_t)b->channel,
                                .residual = (uintptr_t)c->residual + (uintptr_t)b->channel,
                                .outputs = t->output,
                                .residuals = t->residual,
                                .first = (int32_t)b->first,
                                .count = b->count,
                                .pixels = valid};
    facet_store_function_rv64(c, &s);
    return;
  }
  for (int32_t j = 0; j < valid; j++)
    facet_store_s8(c, sums[j], (int32_t)b->first, b->channel, b->count, (t->index + j) / c->out_width, (t->index + j) % c->out_width);
}

/// Blocks [b0, b1) of one group, at most BLOCKS.
static void blocks(const facet_conv *c, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_segments s = facet_conv_segments(c);
  const facet_conv_strides strides = facet_conv_strides_of(c);
  const ptrdiff_t inputs = (ptrdiff_t)s.rows * s.columns * ((s.length + 3) / 4 * 4);
  const uint8_t *base = facet_conv_block_at(c, b0, 1).input;
  const int8_t *weights = (const int8_t *)c->weights + (ptrdiff_t)b0 * inputs * FACET_BLOCK;
  const int32_t plain = !c->scores && c->function == FACET_RESULT_PLAIN;
  const int32_t known = p1 - p0 >= 4 * PIXELS; // the search costs as much as it gives on smaller maps
  uint8_t small[KNOWN];
  memset(small, 0, sizeof small);
  if (known)
    for (ptrdiff_t i = 0, k = 0; k < inputs; k += PACKED)
      for (int32_t b = b0; b < b1 && i < KNOWN; b++, i++)
        small[i] = small_sums(weights + ((b - b0) * inputs + k) * FACET_BLOCK, inputs - k < PACKED ? inputs - k : PACKED);
  tile t;
  facet_position p = facet_position_at(c, p0);
  for (int32_t left = p1 - p0; left > 0;) {
    const int32_t valid = left < PIXELS ? left : PIXELS, words = valid > 6 ? 4 : valid > 3 ? 2 : 1;
    t.index = p.index;
    for (int32_t i = 0; i < 3 * words; i++) {
      if (i >= valid) { // these repeat the last
        t.input[i] = t.input[valid - 1];
        continue;
      }
      t.input[i] = base + p.input;
      t.output[i] = p.output;
      t.residual[i] = p.residual;
      facet_position_advance(&strides, &p, 1);
    }
    for (int32_t b = b0; b < b1; b++)
      for (int32_t i = 0; i < 3 * words; i++) memcpy(t.sums[b - b0][i], c->initial + (ptrdiff_t)b * FACET_BLOCK, sizeof t.sums[0][0]);
    place at = {0, 0, 0};
    ptrdiff_t i = 0;
    for (ptrdiff_t k = 0; k < inputs; k += PACKED) {
      const ptrdiff_t count = inputs - k < PACKED ? inputs - k : PACKED;
      pack(c, s, &at, (int32_t)count, words, &t);
      for (int32_t b = b0; b < b1; b++, i++)
        add_block(&t, weights + ((b - b0) * inputs + k) * FACET_BLOCK, count, words, facet_conv_block_at(c, b, 1).count, i < KNOWN ? small[i] : 0,
                  t.sums[b - b0][0]);
    }
    for (int32_t b = b0; b < b1; b++) {
      const facet_conv_block o = facet_conv_block_at(c, b, 1);
      for (int32_t j = 0; j < valid && plain; j++)
        facet_store_s8_rv64(c, t.sums[b - b0][j], (int32_t)o.first, o.channel, o.count, t.output[j], t.residual[j]);
      if (!plain) store_any(c, &t, t.sums[b - b0], &o, valid);
    }
    left -= valid;
  }
}

/// Convolution and fully connected, int8, without vectors: 12 pixels by 4 channels, the rest 6 by 8 or 3 by 16; three pixels in an integer.
void facet_conv_s8_12x4_rv64(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  facet_function_rv64 room;
  const facet_conv *c = facet_with_function_rv64(arguments, &room);
  const int32_t group_blocks = facet_group_blocks(c);
  for (int32_t i = b0, end; i < b1; i = end) {
    end = (i / group_blocks + 1) * group_blocks;
    if (end > b1) end = b1;
    if (end > i + BLOCKS) end = i + BLOCKS;
    blocks(c, p0, p1, i, end);
  }
}
#endif
