#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#include "facet_results_s8_avx2.h"

FACET_OUTLINE void prepare_pieces(facet_results *k, const facet_conv *c) {
  for (int slopes = 0; slopes < 2; slopes++) {
    __m256i before = _mm256_setzero_si256();
    for (int i = 0; i < 4; i++) {
      const __m256i *from = (const __m256i *)(c->pieces + FACET_PIECES * slopes + 16 * i);
      __m256i v = _mm256_loadu_si256(from);
      // The slope is multiplied by 11 bits, of which the highest is taken for a sign: in odd pieces that is one slope too few.
      if (!slopes) v = _mm256_add_epi16(v, _mm256_and_si256(_mm256_loadu_si256(from + FACET_PIECES / 16), _mm256_set1_epi32((int)0xFFFF0000)));
      const __m256i x = _mm256_xor_si256(v, before), low = _mm256_and_si256(x, _mm256_set1_epi16(255));
      const __m256i bytes = _mm256_permute4x64_epi64(_mm256_packus_epi16(low, _mm256_srli_epi16(x, 8)), 0xD8);
      _mm256_storeu_si256((__m256i *)k->pieces[slopes][i], bytes);
      before = v;
    }
  }
}

void facet_results_prepare_avx2(facet_results *k, const facet_conv *c, facet_order form) {
  const int32_t added = c->stored_unsigned ? 128 : 0, pieces = c->function == FACET_RESULT_PIECES, zero = pieces ? c->offset : c->zero;
  k->c = c;
  k->form = form;
  k->large = c->residual && !(c->residual_multiplier <= 0x1p20f);
  k->alone = !c->residual && !c->scores;
  k->zero = _mm256_set1_epi16((short)(c->zero - added));
  k->low = _mm256_set1_epi8((char)(c->low - added));
  k->high = _mm256_set1_epi8((char)(c->high - added));
  k->flip = _mm256_set1_epi8((char)added);
  k->order = form == FACET_IN_ORDER_16   ? _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7)
             : form == FACET_BY_FOURS_16 ? _mm256_setr_epi32(0, 1, 4, 5, 2, 3, 6, 7)
                                         : _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  k->residual_order = form == FACET_IN_ORDER_16 ? _mm_setr_epi32(0, 1, 2, 3) : _mm_setr_epi32(0, 2, 1, 3);
  k->residual_zero = _mm256_set1_epi32(c->residual_zero - added);
  k->residual_multiplier = _mm256_set1_ps(c->residual_multiplier);
  k->least = _mm256_set1_ps((float)((pieces ? -32768 : c->low) - zero));
  k->most = _mm256_set1_ps((float)((pieces ? 32767 : c->high) - zero));
  if (pieces) prepare_pieces(k, c);
}

/// `count` numbers of 32 bits in the order of the sums, zeros for what does not exist; 16 channels stand twice.
FACET_OUTLINE void by_fours(const void *from, int32_t count, facet_order form, void *result) {
  const int32_t channels = form == FACET_BY_FOURS_32 ? 32 : 16;
  int32_t all[32] = {0};
  memcpy(all, from, (size_t)count * 4);
  for (int32_t v = 0; v < 4; v++) {
    const int32_t *part = all + 4 * v % (channels / 2);
    memcpy((int32_t *)result + 8 * v, part, 16);
    memcpy((int32_t *)result + 8 * v + 4, part + channels / 2, 16);
  }
}

/// Whether any of `count` vectors is beyond `bound`, or no number.
FACET_INLINE int32_t any_beyond(const __m256 *v, const int count, float bound) {
  __m256 beyond = _mm256_setzero_ps();
  FACET_UNROLLED_FOR(int i = 0; i < count; i++)
    beyond = _mm256_or_ps(beyond, _mm256_cmp_ps(_mm256_andnot_ps(_mm256_set1_ps(-0.0f), v[i]), _mm256_set1_ps(bound), _CMP_NLE_UQ));
  return _mm256_movemask_ps(beyond);
}

/// When multipliers and slopes are there, the first ones at least: the rest.
FACET_INLINE void finish(facet_results *k, int32_t even, int32_t odd, int32_t large) {
  k->count[0] = even;
  k->count[1] = odd;
  k->small = !(large | k->large);
  k->simple = k->small && k->c->function == FACET_RESULT_PLAIN;
  k->plain = k->simple && k->alone && odd == 16;
}

void facet_results_block_avx2(facet_results *k, ptrdiff_t first, int32_t count) {
  const facet_conv *c = k->c;
  int32_t large = 0;
  if (c->output) {
    memcpy(k->multiplier, c->multiplier + first, 64); // in full: blocks are padded
    large = any_beyond(k->multiplier, 2, 0.5f);
    k->multiplier[2] = k->multiplier[0], k->multiplier[3] = k->multiplier[1];
  }
  if (c->function == FACET_RESULT_SLOPES) {
    memcpy(k->slopes, c->slopes + first, 64);
    memcpy(k->slopes + 2, c->slopes + first, 64);
    large |= any_beyond(k->slopes, 2, 1);
  }
  const int32_t exist = count < 16 ? count : 16;
  finish(k, exist, exist, large);
}

void facet_results_fours_avx2(facet_results *k, ptrdiff_t first, int32_t count, __m256i initial[]) {
  const facet_conv *c = k->c;
  by_fours(c->initial + first, count, k->form, initial);
  by_fours(c->multiplier + first, count, k->form, k->multiplier);
  int32_t large = any_beyond(k->multiplier, 4, 0.5f);
  if (c->function == FACET_RESULT_SLOPES) {
    by_fours(c->slopes + first, count, k->form, k->slopes);
    large |= any_beyond(k->slopes, 4, 1);
  }
  const int32_t even = count < 16 ? count : 16;
  finish(k, even, k->form == FACET_BY_FOURS_32 ? count - even : even, large);
}

/// For each of G times 32 pieces what it begins with, or its slope, each two times 16: looked up by bytes.
FACET_INLINE void look_up(const uint8_t parts[4][2][16], const __m256i places[2][4], __m256i words[2][2], const int G) {
  __m256i halves[2][2];
  FACET_UNROLLED_FOR(int h = 0; h < 2; h++) {
    FACET_UNROLLED_FOR(int i = 0; i < 4; i++) {
      const __m256i part = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)parts[i][h]));
      FACET_UNROLLED_FOR(int g = 0; g < G; g++) {
        const __m256i byte = _mm256_shuffle_epi8(part, places[g][i]);
        halves[g][h] = i ? _mm256_xor_si256(halves[g][h], byte) : byte;
      }
    }
  }
  FACET_UNROLLED_FOR(int g = 0; g < G; g++) {
    words[g][0] = _mm256_unpacklo_epi8(halves[g][0], halves[g][1]);
    words[g][1] = _mm256_unpackhi_epi8(halves[g][0], halves[g][1]);
  }
}

/// G times two pixels before the rounding of a function by pieces to bytes in order.
FACET_INLINE void by_pieces(const facet_results *k, const __m256 p[2][4], __m256i bytes[2], const int G) {
  __m256i q[4], w[2], x[2][2], places[2][4], begin[2][2], slope[2][2];
  FACET_UNROLLED_FOR(int g = 0; g < G; g++) {
    FACET_UNROLLED_FOR(int v = 0; v < 4; v++) q[v] = _mm256_add_epi32(_mm256_cvtps_epi32(p[g][v]), _mm256_set1_epi32(k->c->offset));
    x[g][0] = _mm256_packs_epi32(q[0], q[1]), x[g][1] = _mm256_packs_epi32(q[2], q[3]);
    places[g][0] = _mm256_packus_epi16(_mm256_srli_epi16(x[g][0], 10), _mm256_srli_epi16(x[g][1], 10));
    // Before its own part an index is negative, which gives zero; from there on its lowest four bits count.
    FACET_UNROLLED_FOR(int i = 1; i < 4; i++) places[g][i] = _mm256_sub_epi8(places[g][0], _mm256_set1_epi8((char)(16 * i)));
  }
  look_up(k->pieces[0], places, begin, G);
  look_up(k->pieces[1], places, slope, G);
  FACET_UNROLLED_FOR(int g = 0; g < G; g++) {
    FACET_UNROLLED_FOR(int i = 0; i < 2; i++) {
      const __m256i added = _mm256_mulhrs_epi16(slope[g][i], _mm256_slli_epi16(x[g][i], 5));
      w[i] = _mm256_mulhrs_epi16(_mm256_add_epi16(begin[g][i], added), _mm256_set1_epi16(256));
    }
    bytes[g] = _mm256_permutevar8x32_epi32(_mm256_xor_si256(_mm256_packs_epi16(w[0], w[1]), k->flip), k->order);
  }
}

/// The function of two pixels before their rounding, but for pieces.
FACET_INLINE void function_of(const facet_results *k, int32_t function, int32_t small, __m256 p[4]) {
  if (function == FACET_RESULT_SLOPES) // where the sign is set
    FACET_UNROLLED_FOR(int v = 0; v < 4; v++) p[v] = _mm256_blendv_ps(p[v], _mm256_mul_ps(p[v], k->slopes[v]), p[v]);
  if (function == FACET_RESULT_HARD_SWISH)
    FACET_UNROLLED_FOR(int v = 0; v < 4; v++) {
      const __m256 t = _mm256_add_ps(_mm256_mul_ps(p[v], _mm256_set1_ps(k->c->alpha)), _mm256_set1_ps(k->c->beta));
      p[v] = _mm256_mul_ps(p[v], _mm256_min_ps(_mm256_max_ps(t, _mm256_setzero_ps()), _mm256_set1_ps(1)));
    }
  if (!small)
    FACET_UNROLLED_FOR(int v = 0; v < 4; v++) p[v] = _mm256_min_ps(_mm256_max_ps(p[v], k->least), k->most);
}

FACET_OUTLINE __m128i load_some(const uint8_t *p, int32_t count) {
  uint8_t some[16] = {0};
  memcpy(some, p, (size_t)count);
  return _mm_loadu_si128((const __m128i *)some);
}

FACET_INLINE __m128i load_residual(const facet_results *k, const uint8_t *residual, int32_t count) {
  const __m128i bytes = count == 16 ? _mm_loadu_si128((const __m128i *)residual) : load_some(residual, count);
  return _mm_xor_si128(bytes, _mm256_castsi256_si128(k->flip));
}

FACET_INLINE void add_residual(const facet_results *k, __m128i bytes, __m256 p[2]) {
  const __m128i r = _mm_castps_si128(_mm_permutevar_ps(_mm_castsi128_ps(bytes), k->residual_order));
  FACET_UNROLLED_FOR(int v = 0; v < 2; v++) {
    const __m256i difference = _mm256_sub_epi32(_mm256_cvtepi8_epi32(v ? _mm_srli_si128(r, 8) : r), k->residual_zero);
    p[v] = _mm256_add_ps(p[v], _mm256_mul_ps(_mm256_cvtepi32_ps(difference), k->residual_multiplier));
  }
}

FACET_OUTLINE void store_some(uint8_t *output, __m128i bytes, int32_t count) {
  uint8_t some[16];
  _mm_storeu_si128((__m128i *)some, bytes);
  if (count > 0) memcpy(output, some, (size_t)count);
}

FACET_INLINE void store_bytes(uint8_t *output, __m128i bytes, int32_t count) {
  if (count == 16)
    _mm_storeu_si128((__m128i *)output, bytes);
  else if (count == 8)
    _mm_storel_epi64((__m128i *)output, bytes);
  else
    store_some(output, bytes, count);
}

void facet_results_store_avx2(const facet_results *k, __m256i (*sums)[2], int32_t count, uint8_t *output, const ptrdiff_t *outputs,
                              const uint8_t *residual, const ptrdiff_t *residuals) {
  const int32_t function = k->c->function, small = k->small, even = k->count[0], odd = k->count[1]; // which bytes that are stored do not change
  const int32_t at_once = function == FACET_RESULT_PIECES && even == 16 && odd == 16 && !residual && small; // four pixels read each table once
  int32_t i = 0;
  for (; at_once && count - i >= 4; i += 4) {
    __m256 p[2][4];
    __m256i bytes[2];
    FACET_UNROLLED_FOR(int g = 0; g < 2; g++) {
      facet_results_scale(k, sums[i + 2 * g], 0, p[g]);
      facet_results_scale(k, sums[i + 2 * g + 1], 1, p[g] + 2);
    }
    by_pieces(k, p, bytes, 2);
    FACET_UNROLLED_FOR(int g = 0; g < 2; g++) {
      _mm_storeu_si128((__m128i *)(output + outputs[i + 2 * g]), _mm256_castsi256_si128(bytes[g]));
      _mm_storeu_si128((__m128i *)(output + outputs[i + 2 * g + 1]), _mm256_extracti128_si256(bytes[g], 1));
    }
  }
  for (; i < count; i += 2) {
    const int32_t j = i + 1 < count ? i + 1 : i; // a last pixel stands twice
    __m256 p[2][4];
    __m128i r[2] = {_mm_setzero_si128(), _mm_setzero_si128()};
    if (residual) {
      r[0] = load_residual(k, residual + residuals[i], even);
      r[1] = load_residual(k, residual + residuals[j], odd);
    }
    facet_results_scale(k, sums[i], 0, p[0]);
    facet_results_scale(k, sums[j], 1, p[0] + 2);
    if (residual) add_residual(k, r[0], p[0]), add_residual(k, r[1], p[0] + 2);
    function_of(k, function, small, p[0]);
    __m256i bytes[2];
    if (function == FACET_RESULT_PIECES)
      by_pieces(k, p, bytes, 1);
    else
      bytes[0] = facet_results_simple(k, p[0]);
    store_bytes(output + outputs[i], _mm256_castsi256_si128(bytes[0]), even);
    if (j != i) store_bytes(output + outputs[j], _mm256_extracti128_si256(bytes[0], 1), odd);
  }
}
#pragma clang attribute pop
#endif
