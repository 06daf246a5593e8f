#if defined(__riscv) && __riscv_xlen == 64
#include "facet_depthwise_taps.h"
#include "facet_store_function_rv64.h"

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

/// Sums of one channel that are kept for a function.
enum { KEPT = 512 };

/// Columns of rows [y0, y1) whose sums are wanted, and room for those of each channel, row by row.
typedef struct {
  int32_t x, columns;
  uint32_t sums[2][KEPT];
} kept_sums;

/// Rows [y0, y1) of SIDE_BY_SIDE channels from `first` on; `keep`: only sums, to `kept`.
FACET_INLINE void channels(const facet_conv *c, int32_t first, int32_t y0, int32_t y1, kept_sums *kept, const int keep, const int K, const int S) {
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
  const ptrdiff_t from = keep ? first + kept->x * S * pixel : first;
  uint32_t *to = keep ? kept->sums[0] : NULL;
  for (int32_t y = y0; y < y1; y++) {
    const int8_t *row[5];
    FACET_UNROLLED_FOR(int i = 0; i < K; i++) row[i] = (const int8_t *)c->input + (y * S + i) * c->input_row + from;
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
    const uint8_t *end = out + width;
    const uint32_t *to_end = keep ? to + kept->columns : NULL;
    FACET_ROLLED_FOR(; keep ? to != to_end : out != end; keep ? (void)to++ : (void)(out += output_pixel)) {
      if (S == 2) {
        FACET_UNROLLED_FOR(int j = 0; j < C; j++) between(&s[j], row, j, w[j], K);
        advance(row, pixel, K);
      }
      FACET_UNROLLED_FOR(int j = 0; j < C; j++) {
        const uint32_t sum = initial[j] + (uint32_t)next(&s[j], row, j, w[j], K, S);
        if (keep)
          to[j * KEPT] = sum;
        else
          out[j] = facet_requantize_rv64((float)(int32_t)sum * multiplier[j], low, high, zero);
      }
      advance(row, pixel, K);
    }
  }
}

typedef void rows(const facet_conv *c, int32_t first, int32_t y0, int32_t y1, kept_sums *kept);
#define ROWS(name, keep, K, S) \
  static void name(const facet_conv *c, int32_t first, int32_t y0, int32_t y1, kept_sums *kept) { channels(c, first, y0, y1, kept, keep, K, S); }
ROWS(rows_3_1, 0, 3, 1)
ROWS(rows_3_2, 0, 3, 2)
ROWS(rows_5_1, 0, 5, 1)
ROWS(rows_5_2, 0, 5, 2)
ROWS(sums_3_1, 1, 3, 1)
ROWS(sums_3_2, 1, 3, 2)
ROWS(sums_5_1, 1, 5, 1)
ROWS(sums_5_2, 1, 5, 2)

/// Rows [y0, y1) of all channels with a function: as many sums as there is room for, then their results.
FACET_OUTLINE void with_function(const facet_conv *c, int32_t y0, int32_t y1, int32_t band, int32_t together, rows *run) {
  kept_sums kept;
  const int32_t room = c->out_width < KEPT ? KEPT / c->out_width : 1, most = room < band ? room : band;
  for (int32_t y = y0, count; y < y1; y += count) {
    count = y1 - y < most ? y1 - y : most;
    for (int32_t i = 0; i < c->groups; i += together) {
      const int32_t first = i + together > c->groups ? c->groups - together : i;
      for (kept.x = 0; kept.x < c->out_width; kept.x += KEPT) {
        kept.columns = c->out_width - kept.x < KEPT ? c->out_width - kept.x : KEPT;
        run(c, first, y, y + count, &kept);
        uint8_t *output = (uint8_t *)c->output + y * c->output_row + kept.x * c->output_pixel + first;
        for (int32_t j = 0; j < together; j++) facet_store_channel_function_rv64(c, kept.sums[j], first + j, count, kept.columns, output + j);
      }
    }
  }
}

/// Depthwise convolution, int8, without vectors: windows of 3x3 and 5x5, a row of the window in one or two multiplications.
void facet_depthwise_s8_rv64(const void *arguments, int32_t y0, int32_t y1) {
  static rows *const all[2][4] = {{rows_3_1, rows_3_2, rows_5_1, rows_5_2}, {sums_3_1, sums_3_2, sums_5_1, sums_5_2}};
  facet_function_rv64 room;
  const facet_conv *c = facet_with_function_rv64(arguments, &room);
  const int32_t function = c->function != FACET_RESULT_PLAIN;
  rows *run = all[function][c->kernel_h - 4 + c->stride_x];
  const int32_t band = facet_depthwise_band(c), together = SIDE_BY_SIDE(c->kernel_h, c->stride_x);
  if (function) {
    with_function(c, y0, y1, band, together, run);
    return;
  }
  for (int32_t y = y0, end; y < y1; y = end) {
    end = y1 - y < band ? y1 : y + band;
    for (int32_t i = 0; i < c->groups; i += together)
      run(c, i + together > c->groups ? c->groups - together : i, y, end, NULL); // an odd last one comes again with the one before it
  }
}
#endif
