/// From 16 sums of a pixel to int8 results: what the 256-bit int8 convolutions share. Included after the target is set. Results are
/// made as signed numbers; where they are stored unsigned, `flip` turns their highest bit.
#include "facet_internal.h"
#include <immintrin.h>

/// What the requantization of 16 channels needs in vectors.
typedef struct {
  __m256i initial[2], zero, low, residual_zero, flip;
  __m256 multiplier[2], high, residual_multiplier;
  int32_t first, channel, count; ///< of the 16: index in the per-channel arrays, output channel, how many exist
} channel_constants;

/// The 16 channels of a block from `half`; sums start from `initial`.
FACET_INLINE channel_constants prepare(const facet_conv *c, const facet_conv_block *b, int32_t half, const int32_t *initial) {
  const int32_t first = (int32_t)b->first + half, left = b->count - half, added = c->stored_unsigned ? 128 : 0;
  channel_constants k = {.zero = _mm256_set1_epi16((short)(c->zero - added)),
                         .low = _mm256_set1_epi8((char)(c->low - added)),
                         .residual_zero = _mm256_set1_epi32(c->residual_zero - added),
                         .flip = _mm256_set1_epi8((char)added),
                         .high = _mm256_set1_ps((float)(c->high - c->zero)),
                         .residual_multiplier = _mm256_set1_ps(c->residual_multiplier),
                         .first = first,
                         .channel = b->channel + half,
                         .count = left < 16 ? left : 16};
  for (int v = 0; v < 2; v++) {
    k.initial[v] = _mm256_loadu_si256((const __m256i *)(initial + 8 * v));
    k.multiplier[v] = c->output ? _mm256_loadu_ps(c->multiplier + first + 8 * v) : _mm256_setzero_ps();
  }
  return k;
}

/// `count` bytes, then zeros.
FACET_OUTLINE __m128i load_some(const uint8_t *p, int32_t count) {
  uint8_t some[16] = {0};
  memcpy(some, p, (size_t)count);
  return _mm_loadu_si128((const __m128i *)some);
}

/// 16 channels of a pixel to 16-bit results with the zero point of signed ones. The upper bound is applied before the conversion, which turns what is
/// too large into INT32_MIN; the lower one after it, on bytes: that is equal.
FACET_INLINE __m256i requantize(const channel_constants *k, __m256i acc0, __m256i acc1, const uint8_t *residual) {
  __m256i q[2] = {acc0, acc1};
  const __m128i r = residual ? _mm_xor_si128(k->count == 16 ? _mm_loadu_si128((const __m128i *)residual) : load_some(residual, k->count),
                                             _mm256_castsi256_si128(k->flip))
                             : _mm_setzero_si128();
  FACET_UNROLLED_FOR(int v = 0; v < 2; v++) {
    __m256 p = _mm256_mul_ps(_mm256_cvtepi32_ps(q[v]), k->multiplier[v]);
    if (residual) {
      const __m256i e = _mm256_sub_epi32(_mm256_cvtepi8_epi32(v ? _mm_srli_si128(r, 8) : r), k->residual_zero);
      p = _mm256_add_ps(p, _mm256_mul_ps(_mm256_cvtepi32_ps(e), k->residual_multiplier));
    }
    q[v] = _mm256_cvtps_epi32(_mm256_min_ps(p, k->high));
  }
  return _mm256_adds_epi16(_mm256_packs_epi32(q[0], q[1]), k->zero);
}

/// Two pixels of 16-bit results to bytes, one after the other: the two in-lane packs leave four channels of each in a double word.
FACET_INLINE __m256i pixels_in_order(const channel_constants *k, __m256i w0, __m256i w1) {
  const __m256i bytes = _mm256_xor_si256(_mm256_max_epi8(_mm256_packs_epi16(w0, w1), k->low), k->flip);
  return _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

FACET_OUTLINE void store_some(uint8_t *output, __m128i bytes, int32_t count) {
  uint8_t some[16];
  _mm_storeu_si128((__m128i *)some, bytes);
  memcpy(output, some, (size_t)count);
}

FACET_INLINE void store_bytes(uint8_t *output, __m128i bytes, int32_t count) {
  if (count == 16)
    _mm_storeu_si128((__m128i *)output, bytes);
  else if (count == 8)
    _mm_storel_epi64((__m128i *)output, bytes);
  else
    store_some(output, bytes, count);
}

/// One pixel whose sums also become scores.
FACET_OUTLINE void store_general(const facet_conv *c, const channel_constants *k, int32_t index, __m256i acc0, __m256i acc1) {
  uint32_t sums[16];
  _mm256_storeu_si256((__m256i *)sums, acc0);
  _mm256_storeu_si256((__m256i *)(sums + 8), acc1);
  facet_store_s8(c, sums, k->first, k->channel, k->count, index / c->out_width, index % c->out_width);
}

/// The sums of the first `valid` pixels of a tile to their results: one copy for all tiles, which keeps the engine small.
FACET_OUTLINE void store_any(const facet_conv *c, const channel_constants *k, const facet_tile *t, int32_t valid, __m256i acc[][2]) {
  if (c->scores) {
    for (int32_t i = 0; i < valid; i++) store_general(c, k, t->index + i, acc[i][0], acc[i][1]);
    return;
  }
  uint8_t *output = (uint8_t *)c->output + k->channel;
  const uint8_t *residual = c->residual ? (const uint8_t *)c->residual + k->channel : NULL;
  for (int32_t i = 0; i < valid; i += 2) {
    const int32_t j = i + 1 < valid ? i + 1 : i;
    const __m256i w0 = requantize(k, acc[i][0], acc[i][1], residual ? residual + t->residual[i] : NULL);
    const __m256i w1 = requantize(k, acc[j][0], acc[j][1], residual ? residual + t->residual[j] : NULL);
    const __m256i ordered = pixels_in_order(k, w0, w1);
    store_bytes(output + t->output[i], _mm256_castsi256_si128(ordered), k->count);
    if (j != i) store_bytes(output + t->output[j], _mm256_extracti128_si256(ordered, 1), k->count);
  }
}

/// The same for the tile that counts: all its N pixels are stored, plainly.
FACET_INLINE void store(const facet_conv *c, const channel_constants *k, const facet_tile *t, int32_t valid, __m256i acc[][2], const int N) {
  if (c->scores || c->residual || valid < N || k->count < 16) {
    __m256i sums[6][2]; // a copy: what has an address stays in memory
    FACET_UNROLLED_FOR(int i = 0; i < N; i++) sums[i][0] = acc[i][0], sums[i][1] = acc[i][1];
    store_any(c, k, t, valid, sums);
    return;
  }
  uint8_t *output = (uint8_t *)c->output + k->channel;
  FACET_UNROLLED_FOR(int i = 0; i < N; i += 2) {
    const int j = i + 1 < N ? i + 1 : i;
    const __m256i w0 = requantize(k, acc[i][0], acc[i][1], NULL), w1 = j == i ? w0 : requantize(k, acc[j][0], acc[j][1], NULL);
    const __m256i ordered = pixels_in_order(k, w0, w1);
    _mm_storeu_si128((__m128i *)(output + t->output[i]), _mm256_castsi256_si128(ordered));
    if (j > i) _mm_storeu_si128((__m128i *)(output + t->output[j]), _mm256_extracti128_si256(ordered, 1));
  }
}
