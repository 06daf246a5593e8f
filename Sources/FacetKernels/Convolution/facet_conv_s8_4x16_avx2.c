#if defined(__x86_64__)
#include "facet_conv_s8_packed.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "facet_conv_s8_store_avx2.h"

/// Pixels that are packed together, and blocks that pass them: the more, the less packing; what is packed should stay in the nearest cache.
enum { TILES = 8, BLOCKS = 8, NEAR = 12288 };

/// Tiles of four output pixels: where they lie and begin, and their inputs as signed numbers and as magnitudes, pixel after pixel.
typedef struct {
  facet_tile tiles[TILES];
  facet_position first[TILES];
  facet_conv_strides strides;
  int8_t values[FACET_PACKED_BYTES + 32];
  uint8_t magnitudes[FACET_PACKED_BYTES + 32];
} packed_pixels;

/// One pixel, to `place`. Up to 31 bytes too many are read, and written where the next pixel comes.
FACET_INLINE void pack(const facet_conv *c, facet_segments s, const uint8_t *in, packed_pixels *to, ptrdiff_t place) {
  const __m256i flip = _mm256_set1_epi8((char)(c->stored_unsigned ? 0x80 : 0));
  const ptrdiff_t bytes = ((ptrdiff_t)s.length + 3) / 4 * 4;
  for (int32_t ky = 0; ky < s.rows; ky++)
    for (int32_t kx = 0; kx < s.columns; kx++, place += bytes) {
      const uint8_t *segment = in + ky * (c->input_row * c->dilation_y) + kx * (c->input_pixel * c->dilation_x);
      for (ptrdiff_t i = 0; i < bytes; i += 32) {
        const __m256i x = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(segment + i)), flip);
        _mm256_storeu_si256((__m256i *)(to->values + place + i), x);
        _mm256_storeu_si256((__m256i *)(to->magnitudes + place + i), _mm256_abs_epi8(x));
      }
    }
}

/// Four bytes in every lane. By inline assembly: clang makes vbroadcastss of the intrinsic, which takes a floating-point slot.
FACET_INLINE __m256i broadcast(const void *p) {
  __m256i r;
  __asm__("vpbroadcastd %1, %0" : "=x"(r) : "m"(*(const uint8_t (*)[4])p));
  return r;
}

/// acc + x * w, four products a lane: |x| * (w with the sign of x) in pairs, which is at most 128 * 127 * 2 and fits in 16 bits.
FACET_INLINE __m256i multiply_add(__m256i acc, __m256i x, __m256i magnitude, __m256i w) {
  const __m256i pairs = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(w, x));
  return _mm256_add_epi32(acc, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

/// 128 times the sums of four weights a lane: what comes back where activations that are stored unsigned are taken minus 128.
FACET_INLINE __m256i add_sums(__m256i acc, __m256i w) {
  return _mm256_add_epi32(acc, _mm256_madd_epi16(_mm256_maddubs_epi16(_mm256_set1_epi8((char)0x80), w), _mm256_set1_epi16(1)));
}

/// N output pixels from `first` on, of which `valid` are stored, by 16 channels; `sums`: of the weights, too, which are then read once.
FACET_INLINE void tile(channel_constants *k, const packed_pixels *x, int32_t first, ptrdiff_t pixel, const int8_t *w, int32_t valid, const int N,
                       const int sums) {
  __m256i acc[4][2];
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) acc[i][0] = k->initial[0], acc[i][1] = k->initial[1];
  const int8_t *value[4];
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) value[i] = x->values + (first + i) * pixel;
  const ptrdiff_t magnitudes = (const int8_t *)x->magnitudes - x->values;
  FACET_ROLLED_FOR(ptrdiff_t offset = 0; offset < pixel; offset += 4, w += 4 * FACET_BLOCK) {
    const __m256i w0 = _mm256_loadu_si256((const __m256i *)w), w1 = _mm256_loadu_si256((const __m256i *)(w + 32));
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) {
      const __m256i v = broadcast(value[i] + offset), m = broadcast(value[i] + offset + magnitudes);
      acc[i][0] = multiply_add(acc[i][0], v, m, w0);
      acc[i][1] = multiply_add(acc[i][1], v, m, w1);
    }
    if (sums) acc[0][0] = add_sums(acc[0][0], w0), acc[0][1] = add_sums(acc[0][1], w1);
  }
  if (k->results.plain && valid == N)
    store_plain(k, x->tiles[first / 4].output, acc, N);
  else
    keep(k, &x->strides, x->first[first / 4], valid, acc, N);
}

/// What 32 sums start from, with 128 times the sums of the weights.
FACET_OUTLINE void signed_initial(const int32_t *initial, const int8_t *w, ptrdiff_t pixel, int32_t result[FACET_BLOCK]) {
  for (int v = 0; v < 4; v++) {
    __m256i sum = _mm256_loadu_si256((const __m256i *)(initial + 8 * v));
    for (ptrdiff_t i = 0; i < pixel; i += 4) sum = add_sums(sum, _mm256_loadu_si256((const __m256i *)(w + i * FACET_BLOCK + 32 * v)));
    _mm256_storeu_si256((__m256i *)(result + 8 * v), sum);
  }
}

/// Packed pixels, `count` of them, by block `i`; `sums` for a single one.
static void block(const facet_conv *c, channel_constants *k, int32_t i, const int32_t *initial, const packed_pixels *x, int32_t count,
                  ptrdiff_t pixel, int32_t sums) {
  const facet_conv_block b = facet_conv_block_at(c, i, 1);
  for (int32_t half = 0; half < b.count; half += 16) {
    const int8_t *w = (const int8_t *)c->weights + (size_t)i * (size_t)pixel * FACET_BLOCK + 4 * half;
    facet_conv_s8_prepare_avx2(k, &b, half, initial + half);
    for (int32_t first = 0; first < count; first += 4) {
      if (count - first > 1)
        tile(k, x, first, pixel, w, count - first < 4 ? count - first : 4, 4, 0);
      else if (sums)
        tile(k, x, first, pixel, w, 1, 1, 1);
      else
        tile(k, x, first, pixel, w, 1, 1, 0);
    }
    if (k->kept) facet_conv_s8_flush_avx2(k);
  }
}

/// Blocks [b0, b1) of one group, at most BLOCKS.
static void blocks(const facet_conv *c, channel_constants *k, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_segments s = facet_conv_segments(c);
  const ptrdiff_t pixel = (ptrdiff_t)facet_packed_pixel(c);
  const ptrdiff_t near = NEAR / pixel / 4 * 4, most = near > 4 * TILES ? 4 * TILES : near > 4 ? near : 4 * pixel <= FACET_PACKED_BYTES ? 4 : 1;
  const facet_conv_block first = facet_conv_block_at(c, b0, 1);
  int32_t initial[BLOCKS][FACET_BLOCK];
  const int32_t one = p1 - p0 == 1;
  for (int32_t i = b0; i < b1; i++) {
    const int32_t *plain = c->initial + (ptrdiff_t)i * FACET_BLOCK;
    if (c->stored_unsigned && !one)
      signed_initial(plain, (const int8_t *)c->weights + (size_t)i * (size_t)pixel * FACET_BLOCK, pixel, initial[i - b0]);
    else
      memcpy(initial[i - b0], plain, sizeof initial[0]);
  }
  packed_pixels x;
  x.strides = facet_conv_strides_of(c);
  facet_position p = facet_position_at(c, p0);
  for (int32_t left = p1 - p0; left > 0;) {
    const int32_t count = left < most ? left : (int32_t)most;
    for (int32_t at = 0; at < count; at += 4) {
      const int32_t valid = count - at < 4 ? count - at : 4, all = valid == 1 ? 1 : 4;
      facet_tile *t = &x.tiles[at / 4];
      x.first[at / 4] = p;
      if (all == 1)
        facet_tile_fill(&x.strides, first.input, &p, 1, 1, t);
      else
        facet_tile_fill(&x.strides, first.input, &p, valid, 4, t); // those behind the valid ones repeat the last
      for (int32_t i = 0; i < all; i++) pack(c, s, t->input[i], &x, (at + i) * pixel);
    }
    for (int32_t i = b0; i < b1; i++) block(c, k, i, initial[i - b0], &x, count, pixel, one && c->stored_unsigned);
    left -= count;
  }
}

/// Convolution and fully connected, int8: 4 pixels by 16 channels, 8 accumulators, vpmaddubsw on packed magnitudes, exact.
void facet_conv_s8_4x16_avx2(const void *arguments, int32_t p0, int32_t p1, int32_t b0, int32_t b1) {
  const facet_conv *c = arguments;
  const int32_t group_blocks = facet_group_blocks(c);
  channel_constants k;
  facet_results_prepare_avx2(&k.results, c, FACET_IN_ORDER_16);
  for (int32_t i = b0, end; i < b1; i = end) {
    end = (i / group_blocks + 1) * group_blocks;
    if (end > b1) end = b1;
    if (end > i + BLOCKS) end = i + BLOCKS;
    blocks(c, &k, p0, p1, i, end);
  }
}
#pragma clang attribute pop
#endif
