#if defined(__riscv) && __riscv_xlen == 64
#include "facet_pool_taps.h"
#include "facet_store_s8_rv64.h"

// Eight channels in an integer, as unsigned bytes: `flip` turns the highest bits of signed ones. The last channels of a pixel are read with
// what follows them, and stored alone.

/// Eight bytes; from a multiple of eight on they are one load.
FACET_INLINE uint64_t eight(const void *p, const int aligned) {
  uint64_t v;
  if (aligned)
    memcpy(&v, __builtin_assume_aligned(p, 8), 8);
  else
    memcpy(&v, p, 8);
  return v;
}

/// The first `count` of eight bytes, at most all.
FACET_INLINE void store(uint8_t *to, uint64_t v, int32_t count) {
  if (count >= 8)
    memcpy(to, &v, 8);
  else
    FACET_ROLLED_FOR(; count > 0; count--, v >>= 8) *to++ = (uint8_t)v;
}

/// Whether all input pixels lie at multiples of eight bytes.
FACET_INLINE int32_t is_aligned(const facet_pool *a) {
  return (((uintptr_t)a->input | (uintptr_t)a->input_row | (uintptr_t)a->input_pixel) & 7) == 0;
}

FACET_INLINE uint64_t flips(const facet_pool *a) { return a->stored_unsigned ? 0 : 0x8080808080808080; }

/// A value that the compiler keeps in a register.
FACET_INLINE uint64_t kept(uint64_t v) {
  __asm__("" : "+r"(v));
  return v;
}

/// The larger of each two bytes.
FACET_INLINE uint64_t larger(uint64_t a, uint64_t b, uint64_t tops, uint64_t others) {
  const uint64_t low = (a | tops) - (b & others);          // the highest bit: whether the lower seven of a are at least b's
  const uint64_t wins = ((a & ~b) | (~(a ^ b) & low)) & tops;
  const uint64_t mask = (wins << 1) - (wins >> 7);         // 0xFF where a wins: a byte borrows what the one above it was given
  return b ^ ((a ^ b) & mask);
}

FACET_INLINE uint64_t largest(const facet_pool_taps *w, const uint8_t *row, uint64_t flip, const int aligned) {
  const uint64_t tops = kept(0x8080808080808080), others = kept(0x7F7F7F7F7F7F7F7F);
  uint64_t best = 0;
  for (int32_t ky = w->rows; ky > 0; ky--, row += w->row) {
    const uint8_t *in = row;
    FACET_ROLLED_FOR(int32_t kx = w->columns; kx > 0; kx--, in += w->pixel) best = larger(best, eight(in, aligned) ^ flip, tops, others);
  }
  return best ^ flip;
}

/// Max pooling, int8, without vectors: eight channels at a time.
void facet_max_pool_s8_rv64(const void *arguments, int32_t y0, int32_t y1) {
  const facet_pool *a = arguments;
  const uint64_t flip = flips(a);
  const int32_t aligned = is_aligned(a), channels = a->channels;
  for (int32_t y = y0; y < y1; y++) {
    const facet_window rows = facet_pool_rows_at(a, y);
    for (int32_t x = 0; x < a->out_width; x++) {
      const facet_pool_taps w = facet_pool_taps_at(a, rows, x);
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      for (int32_t i = 0; i < channels; i += 8) {
        const uint64_t best = aligned ? largest(&w, w.first + i, flip, 1) : largest(&w, w.first + i, flip, 0);
        store(output + i, best, channels - i);
      }
    }
  }
}

/// Sums of eight channels, on top of `initial`: in 16 bits over as many rows as fit.
FACET_INLINE void sum(const facet_pool_taps *w, const uint8_t *row, uint64_t flip, uint32_t initial, uint32_t sums[8], const int aligned) {
  const uint64_t even = kept(0x00FF00FF00FF00FF);
  for (int j = 0; j < 8; j++) sums[j] = initial;
  for (int32_t ky = w->rows; ky > 0;) {
    uint64_t evens = 0, odds = 0;
    for (int32_t left = 257; ky > 0 && left >= w->columns; ky--, left -= w->columns, row += w->row) {
      const uint8_t *in = row;
      FACET_ROLLED_FOR(int32_t kx = w->columns; kx > 0; kx--, in += w->pixel) {
        const uint64_t v = eight(in, aligned) ^ flip;
        evens += v & even;
        odds += v >> 8 & even;
      }
    }
    for (int j = 0; j < 4; j++) sums[2 * j] += evens >> 16 * j & 0xFFFF, sums[2 * j + 1] += odds >> 16 * j & 0xFFFF;
  }
}

/// Average pooling, int8, without vectors: eight channels at a time.
void facet_average_pool_s8_rv64(const void *arguments, int32_t y0, int32_t y1) {
  const facet_pool *a = arguments;
  const uint64_t flip = flips(a);
  const float low = (float)(a->low - a->zero), high = (float)(a->high - a->zero);
  const int32_t zero = a->zero, input_zero = a->input_zero + (a->stored_unsigned ? 0 : 128), aligned = is_aligned(a), channels = a->channels;
  for (int32_t y = y0; y < y1; y++) {
    const facet_window rows = facet_pool_rows_at(a, y);
    for (int32_t x = 0; x < a->out_width; x++) {
      const facet_pool_taps w = facet_pool_taps_at(a, rows, x);
      const uint32_t initial = 0u - (uint32_t)(w.rows * w.columns) * (uint32_t)input_zero;
      for (int32_t i = 0; i < channels; i += 8) {
        const int32_t count = channels - i < 8 ? channels - i : 8;
        uint32_t sums[8];
        if (aligned)
          sum(&w, w.first + i, flip, initial, sums, 1);
        else
          sum(&w, w.first + i, flip, initial, sums, 0);
        if (a->scores) {
          float *scores = (float *)facet_at_mutable(a->scores, y * a->scores_row + x * a->scores_pixel) + i;
          FACET_ROLLED_FOR(int32_t j = 0; j < count; j++) scores[j] = (float)(int32_t)sums[j] * a->scores_multiplier[w.index];
        }
        if (a->output) {
          uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel + i);
          const float multiplier = a->multiplier[w.index];
          _Pragma("clang loop unroll_count(4)") for (int32_t j = 0; j < count; j++) output[j] =
              facet_requantize_rv64((float)(int32_t)sums[j] * multiplier, low, high, zero);
        }
      }
    }
  }
}
#endif
