#if defined(__x86_64__)
#include "facet_binary_rows.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

// Add and multiply, int8, without scores: 32 channels at a time. Elements are taken as unsigned bytes; where they are stored signed, `flip`
// turns their highest bit, which adds 128.

/// An operand: where a row of channels begins. A repeated channel stands in memory 32 times.
typedef struct {
  const uint8_t *pixel;
  ptrdiff_t channel; ///< 0 repeats one
  uint8_t repeated[32];
} operand;

/// Moves an operand to a pixel.
FACET_INLINE void place(operand *o, const uint8_t *pixel) {
  o->pixel = pixel;
  if (o->channel) return;
  _mm256_storeu_si256((__m256i *)o->repeated, _mm256_set1_epi8((char)pixel[0]));
  o->pixel = o->repeated;
}

/// Where the operand's channels from `i` stand.
FACET_INLINE const uint8_t *channels_from(const operand *o, int32_t i) { return o->pixel + i * o->channel; }

typedef struct {
  __m256 a_multiplier, b_multiplier, high;
  __m256i zero, low, a_zero, b_zero, flip, flip_32; ///< of bytes, of double words
} constants;

/// Eight elements minus their zero point.
FACET_INLINE __m256i eight(const uint8_t *p, __m256i zero, __m256i flip) {
  return _mm256_sub_epi32(_mm256_xor_si256(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p)), flip), zero);
}

/// Eight results without zero point: the upper bound before the conversion, the lower one later, on bytes: that is equal.
FACET_INLINE __m256i eight_results(const constants *k, const uint8_t *a, const uint8_t *b, const int is_product) {
  const __m256i va = eight(a, k->a_zero, k->flip_32), vb = eight(b, k->b_zero, k->flip_32);
  const __m256 p =
      is_product ? _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_mullo_epi32(va, vb)), k->a_multiplier)
                 : _mm256_add_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(va), k->a_multiplier), _mm256_mul_ps(_mm256_cvtepi32_ps(vb), k->b_multiplier));
  return _mm256_cvtps_epi32(_mm256_min_ps(p, k->high));
}

/// Four times eight results. The two in-lane packs leave four neighbours in a double word.
FACET_INLINE __m256i results(const constants *k, const uint8_t *a, const uint8_t *b, const int is_product) {
  const __m256i w0 = _mm256_packs_epi32(eight_results(k, a, b, is_product), eight_results(k, a + 8, b + 8, is_product));
  const __m256i w1 = _mm256_packs_epi32(eight_results(k, a + 16, b + 16, is_product), eight_results(k, a + 24, b + 24, is_product));
  const __m256i bytes = _mm256_packus_epi16(_mm256_adds_epi16(w0, k->zero), _mm256_adds_epi16(w1, k->zero));
  const __m256i ordered = _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
  return _mm256_xor_si256(_mm256_max_epu8(ordered, k->low), k->flip);
}

/// The last `count` channels, without a look behind them: the operand may be the output.
FACET_OUTLINE void last_results(const constants *k, const uint8_t *a, const uint8_t *b, uint8_t *output, int32_t count, const int is_product) {
  uint8_t bytes[2][32] = {{0}};
  memcpy(bytes[0], a, (size_t)count);
  memcpy(bytes[1], b, (size_t)count);
  _mm256_storeu_si256((__m256i *)bytes[0], results(k, bytes[0], bytes[1], is_product));
  memcpy(output, bytes[0], (size_t)count);
}

FACET_INLINE void facet_binary_s8_vectors(const facet_binary *args, int32_t y0, int32_t y1, const int is_product) {
  const facet_binary m = facet_binary_merged(args, 1), *a = &m;
  const int32_t added = a->stored_unsigned ? 0 : 128;
  const constants k = {.a_multiplier = _mm256_set1_ps(a->a_multiplier),
                       .b_multiplier = _mm256_set1_ps(a->b_multiplier),
                       .high = _mm256_set1_ps((float)(a->high - a->zero)),
                       .zero = _mm256_set1_epi16((short)(a->zero + added)),
                       .low = _mm256_set1_epi8((char)(a->low + added)),
                       .a_zero = _mm256_set1_epi32(a->a_zero + added),
                       .b_zero = _mm256_set1_epi32(a->b_zero + added),
                       .flip = _mm256_set1_epi8((char)added),
                       .flip_32 = _mm256_set1_epi32(added)};
  operand left = {.channel = a->a_channel}, right = {.channel = a->b_channel};
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      place(&left, facet_at(a->a, y * a->a_row + x * a->a_pixel));
      place(&right, facet_at(a->b, y * a->b_row + x * a->b_pixel));
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      int32_t i = 0;
      for (; i + 32 <= a->channels; i += 32)
        _mm256_storeu_si256((__m256i *)(output + i), results(&k, channels_from(&left, i), channels_from(&right, i), is_product));
      if (i < a->channels) last_results(&k, channels_from(&left, i), channels_from(&right, i), output + i, a->channels - i, is_product);
    }
}

/// Sum of two tensors, int8, without scores: 32 channels at a time.
void facet_add_s8_32_avx2(const void *arguments, int32_t y0, int32_t y1) { facet_binary_s8_vectors(arguments, y0, y1, 0); }

/// Product of two tensors, int8, without scores: 32 channels at a time.
void facet_multiply_s8_32_avx2(const void *arguments, int32_t y0, int32_t y1) { facet_binary_s8_vectors(arguments, y0, y1, 1); }
#pragma clang attribute pop
#endif
