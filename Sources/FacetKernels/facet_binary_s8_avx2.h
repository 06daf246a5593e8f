/// Add and multiply, int8, without scores: 32 channels at a time. Included after the target is set.
#include "facet_binary_body.h"
#include <immintrin.h>

/// An operand: where a row of channels begins, and what it is taken minus.
typedef struct {
  const uint8_t *pixel;
  ptrdiff_t channel; ///< 0 repeats one
  __m256i zero;
} operand;

/// Eight elements minus their zero point.
FACET_INLINE __m256i eight(const operand *o, int32_t i, const int is_unsigned) {
  const __m128i bytes = o->channel ? _mm_loadl_epi64((const __m128i *)(o->pixel + i)) : _mm_set1_epi8((char)o->pixel[0]);
  return _mm256_sub_epi32(is_unsigned ? _mm256_cvtepu8_epi32(bytes) : _mm256_cvtepi8_epi32(bytes), o->zero);
}

typedef struct {
  __m256 a_multiplier, b_multiplier, high;
  __m256i zero, low;
} constants;

/// Eight results without zero point: the upper bound before the conversion, the lower one later, on bytes: that is equal.
FACET_INLINE __m256i eight_results(const constants *k, const operand *a, const operand *b, int32_t i, const int is_unsigned, const int is_product) {
  const __m256i va = eight(a, i, is_unsigned), vb = eight(b, i, is_unsigned);
  const __m256 p = is_product ? _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_mullo_epi32(va, vb)), k->a_multiplier)
                              : _mm256_add_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(va), k->a_multiplier), _mm256_mul_ps(_mm256_cvtepi32_ps(vb), k->b_multiplier));
  return _mm256_cvtps_epi32(_mm256_min_ps(p, k->high));
}

/// Four times eight results. The two in-lane packs leave four neighbours in a double word.
FACET_INLINE __m256i results(const constants *k, const operand *a, const operand *b, int32_t i, const int is_unsigned, const int is_product) {
  const __m256i w0 = _mm256_packs_epi32(eight_results(k, a, b, i, is_unsigned, is_product), eight_results(k, a, b, i + 8, is_unsigned, is_product));
  const __m256i w1 = _mm256_packs_epi32(eight_results(k, a, b, i + 16, is_unsigned, is_product), eight_results(k, a, b, i + 24, is_unsigned, is_product));
  const __m256i z0 = _mm256_adds_epi16(w0, k->zero), z1 = _mm256_adds_epi16(w1, k->zero);
  const __m256i bytes = is_unsigned ? _mm256_max_epu8(_mm256_packus_epi16(z0, z1), k->low) : _mm256_max_epi8(_mm256_packs_epi16(z0, z1), k->low);
  return _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

/// The last `count` channels, without a look behind them: the operand may be the output.
FACET_OUTLINE void last_results(const constants *k, operand a, operand b, uint8_t *output, int32_t i, int32_t count, const int is_unsigned, const int is_product) {
  uint8_t bytes[2][32] = {{0}};
  if (a.channel) a.pixel = memcpy(bytes[0], a.pixel + i, (size_t)count);
  if (b.channel) b.pixel = memcpy(bytes[1], b.pixel + i, (size_t)count);
  _mm256_storeu_si256((__m256i *)bytes[0], results(k, &a, &b, 0, is_unsigned, is_product));
  memcpy(output + i, bytes[0], (size_t)count);
}

FACET_INLINE void facet_binary_s8_vectors(const facet_binary *args, int32_t y0, int32_t y1, const int is_unsigned, const int is_product) {
  const facet_binary m = facet_binary_merged(args, 1), *a = &m;
  const constants k = {_mm256_set1_ps(a->a_multiplier), _mm256_set1_ps(a->b_multiplier), _mm256_set1_ps((float)(a->high - a->zero)),
                       _mm256_set1_epi16((short)a->zero), _mm256_set1_epi8((char)a->low)};
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const operand left = {facet_at(a->a, y * a->a_row + x * a->a_pixel), a->a_channel, _mm256_set1_epi32(a->a_zero)};
      const operand right = {facet_at(a->b, y * a->b_row + x * a->b_pixel), a->b_channel, _mm256_set1_epi32(a->b_zero)};
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      int32_t i = 0;
      for (; i + 32 <= a->channels; i += 32) _mm256_storeu_si256((__m256i *)(output + i), results(&k, &left, &right, i, is_unsigned, is_product));
      if (i < a->channels) last_results(&k, left, right, output, i, a->channels - i, is_unsigned, is_product);
    }
}
