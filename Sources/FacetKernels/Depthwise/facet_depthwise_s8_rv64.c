#if defined(__riscv) && __riscv_xlen == 64
#include "facet_depthwise_taps.h"
#include "facet_store_s8_rv64.h"

// A row of the window is multiplied at once: an input times w0 * 2 + w1 * 2^22 + w2 * 2^43 is what it adds to three neighbouring outputs, of
// which the one in the upper 21 bits is complete then. A left shift drops it and makes room for the next. Where two outputs are open the weights
// lie 32 bits apart.

/// Channels that are made side by side: as many as registers suffice for.
#define SIDE_BY_SIDE(K, S) ((K) == 3 && (S) == 1 ? 2 : 1)

/// Packed weights of one row of a channel: what the first input of a step is multiplied by, and what the second, where the step is 2 inputs or the
/// row longer than 3.
typedef struct {
  uint64_t first, second;
} packed_row;

FACET_INLINE packed_row pack(const int8_t *w, ptrdiff_t step, const int K, const int S) {
  uint64_t v[5];
  FACET_UNROLLED_FOR(int i = 0; i < K; i++) v[i] = (uint64_t)(int64_t)w[i * step];
  packed_row r = {0, 0};
  if (S == 1) {
    r.first = (v[0] << 1) + (v[1] << 22) + (v[2] << 43);
    if (K == 5) r.second = v[3] + (v[4] << 32);
  } else if (K == 3) {
    r.first = v[0] + (v[2] << 32);
    r.second = v[1];
  } else {
    r.first = (v[0] << 1) + (v[2] << 22) + (v[4] << 43);
    r.second = (v[1] << 1) + (v[3] << 22);
  }
  return r;
}

/// Sums of outputs of one channel that are open: in `open` the latest, in `late` those that a row of 5 has still to give two inputs to.
typedef struct {
  uint64_t open, late;
} sums;

/// The sum in the upper bits, from `bit` on.
FACET_INLINE int64_t complete(uint64_t open, int bit) { return (int64_t)(open + ((uint64_t)1 << (bit - 1))) >> bit; }

/// The next input of each of K rows, by the weights of the first input of a step; the sum of the output that it completes.
FACET_INLINE int64_t next(sums *s, const int8_t *const row[], ptrdiff_t channel, const packed_row w[], const int K, const int S) {
  const int bit = S == 2 && K == 3 ? 32 : 43;
  s->open <<= bit == 32 ? 32 : 21;
  FACET_UNROLLED_FOR(int i = 0; i < K; i++) {
    const uint64_t x = (uint64_t)(int64_t)row[i][channel];
    s->open += x * w[i].first;
    if (S == 1 && K == 5) s->late += x * w[i].second;
  }
  const int64_t sum = complete(s->open, bit);
  if (S == 2 || K == 3) return sum;
  const int64_t last = complete(s->late, 32);
  s->late = (s->late << 32) + (uint64_t)sum;
  return last;
}

/// The inputs between those, where a step is two.
FACET_INLINE void between(sums *s, const int8_t *const row[], ptrdiff_t channel, const packed_row w[], const int K) {
  FACET_UNROLLED_FOR(int i = 0; i < K; i++) s->open += (uint64_t)(int64_t)row[i][channel] * w[i].second;
}

/// One pixel further; hidden, or the compiler keeps pointers to both inputs of a step.
FACET_INLINE void advance(const int8_t *row[], ptrdiff_t pixel, const int K) {
  FACET_UNROLLED_FOR(int i = 0; i < K; i++) {
    row[i] += pixel;
    __asm__("" : "+r"(row[i]));
  }
}

/// Rows [y0, y1) of SIDE_BY_SIDE channels from `first` on.
FACET_INLINE void channels(const facet_conv *c, int32_t first, int32_t y0, int32_t y1, const int K, const int S) {
  enum { MOST = 2 };
  const int C = SIDE_BY_SIDE(K, S);
  packed_row w[MOST][5];
  FACET_UNROLLED_FOR(int j = 0; j < C; j++)
    FACET_UNROLLED_FOR(int i = 0; i < K; i++) w[j][i] = pack((const int8_t *)c->weights + (ptrdiff_t)i * K * c->groups + first + j, c->groups, K, S);
  const float low = (float)(c->low - c->zero), high = (float)(c->high - c->zero);
  const int32_t zero = c->zero;
  uint32_t initial[MOST];
  float multiplier[MOST];
  FACET_UNROLLED_FOR(int j = 0; j < C; j++) initial[j] = (uint32_t)c->initial[first + j], multiplier[j] = c->multiplier[first + j];
  const ptrdiff_t pixel = c->input_pixel, output_pixel = c->output_pixel, width = c->out_width * output_pixel;
  for (int32_t y = y0; y < y1; y++) {
    const int8_t *row[5];
    FACET_UNROLLED_FOR(int i = 0; i < K; i++) row[i] = (const int8_t *)c->input + (y * S + i) * c->input_row + first;
    sums s[MOST] = {{0, 0}};
    FACET_UNROLLED_FOR(int x = 0; x < (K - 1) / S; x++) {
      if (x > 0 && S == 2) {
        FACET_UNROLLED_FOR(int j = 0; j < C; j++) between(&s[j], row, j, w[j], K);
        advance(row, pixel, K);
      }
      FACET_UNROLLED_FOR(int j = 0; j < C; j++) next(&s[j], row, j, w[j], K, S);
      advance(row, pixel, K);
    }
    uint8_t *out = (uint8_t *)c->output + y * c->output_row + first;
    FACET_ROLLED_FOR(const uint8_t *end = out + width; out != end; out += output_pixel) {
      if (S == 2) {
        FACET_UNROLLED_FOR(int j = 0; j < C; j++) between(&s[j], row, j, w[j], K);
        advance(row, pixel, K);
      }
      FACET_UNROLLED_FOR(int j = 0; j < C; j++) {
        const uint32_t sum = initial[j] + (uint32_t)next(&s[j], row, j, w[j], K, S);
        out[j] = facet_requantize_rv64((float)(int32_t)sum * multiplier[j], low, high, zero);
      }
      advance(row, pixel, K);
    }
  }
}

FACET_OUTLINE void rows_3_1(const facet_conv *c, int32_t first, int32_t y0, int32_t y1) { channels(c, first, y0, y1, 3, 1); }
FACET_OUTLINE void rows_3_2(const facet_conv *c, int32_t first, int32_t y0, int32_t y1) { channels(c, first, y0, y1, 3, 2); }
FACET_OUTLINE void rows_5_1(const facet_conv *c, int32_t first, int32_t y0, int32_t y1) { channels(c, first, y0, y1, 5, 1); }
FACET_OUTLINE void rows_5_2(const facet_conv *c, int32_t first, int32_t y0, int32_t y1) { channels(c, first, y0, y1, 5, 2); }

/// Depthwise convolution, int8, without vectors: windows of 3x3 and 5x5, a row of the window in one or two multiplications.
void facet_depthwise_s8_rv64(const void *arguments, int32_t y0, int32_t y1) {
  const facet_conv *c = arguments;
  const int32_t band = facet_depthwise_band(c), together = SIDE_BY_SIDE(c->kernel_h, c->stride_x);
  for (int32_t y = y0, end; y < y1; y = end) {
    end = y1 - y < band ? y1 : y + band;
    for (int32_t i = 0; i < c->groups; i += together) {
      const int32_t first = i + together > c->groups ? c->groups - together : i; // an odd last one comes again with the one before it
      if (c->kernel_h == 3) {
        if (c->stride_x == 1)
          rows_3_1(c, first, y, end);
        else
          rows_3_2(c, first, y, end);
      } else if (c->stride_x == 1) {
        rows_5_1(c, first, y, end);
      } else {
        rows_5_2(c, first, y, end);
      }
    }
  }
}
#endif
