#if defined(__x86_64__)
#include "facet_internal.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)
#include "facet_results_s8_avx512.h"

/// A per-channel array from `first` on, in the order of the sums; zeros for channels that do not exist.
FACET_INLINE void load_channels(const facet_results *k, const void *array, ptrdiff_t first, int32_t by_fours, void *result) {
  const int32_t *from = (const int32_t *)array + first;
  const __m512i v0 = _mm512_maskz_loadu_epi32((__mmask16)k->mask, from), v1 = _mm512_maskz_loadu_epi32((__mmask16)(k->mask >> 16), from + 16);
  __m512i *to = result;
  to[0] = by_fours ? _mm512_shuffle_i64x2(v0, v1, 0x88) : v0;
  to[1] = by_fours ? _mm512_shuffle_i64x2(v0, v1, 0xDD) : v1;
}

void facet_results_prepare_avx512(facet_results *k, const facet_conv *c, ptrdiff_t first, int32_t count, int32_t by_fours) {
  k->mask = count == FACET_BLOCK ? 0xFFFFFFFFu : (1u << count) - 1;
  load_channels(k, c->initial, first, by_fours, k->initial);
  // where there is none, what is read of the other array matters nowhere
  load_channels(k, c->output ? c->multiplier : (const float *)(const void *)c->initial, first, by_fours, k->multiplier);
  k->zero = _mm512_set1_epi16((short)c->zero);
  k->low = _mm512_set1_epi8((char)c->low);
  k->high = _mm512_set1_epi8((char)c->high);
  k->order = by_fours ? _mm512_setr_epi32(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15)
                      : _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  k->c = c;
  k->function = c->function;
  __mmask16 large = c->residual && !(c->residual_multiplier <= 0x1p20f);
  for (int v = 0; v < 2; v++) large |= _mm512_cmp_ps_mask(k->multiplier[v], _mm512_set1_ps(0.5f), _CMP_NLE_UQ);
  k->small = !large;
  k->simple = !large && !k->function;
  k->plain = k->simple && !c->residual && !c->scores;
  if (k->simple && c->stored_unsigned) return;

  const int32_t added = c->stored_unsigned ? 128 : 0, pieces = k->function == FACET_RESULT_PIECES, zero = pieces ? c->offset : c->zero;
  k->signed_zero = _mm512_set1_epi16((short)(c->zero - added));
  k->signed_low = _mm512_set1_epi8((char)(c->low - added));
  k->signed_high = _mm512_set1_epi8((char)(c->high - added));
  k->flip = _mm512_set1_epi8((char)added);
  k->offset = _mm512_set1_epi32(c->offset);
  k->alpha = _mm512_set1_ps(c->alpha);
  k->beta = _mm512_set1_ps(c->beta);
  k->least = _mm512_set1_ps((float)((pieces ? -32768 : c->low) - zero));
  k->most = _mm512_set1_ps((float)((pieces ? 32767 : c->high) - zero));
  if (k->function == FACET_RESULT_SLOPES) {
    load_channels(k, c->slopes, first, by_fours, k->slopes);
    for (int v = 0; v < 2; v++) k->small &= !_mm512_cmp_ps_mask(_mm512_abs_ps(k->slopes[v]), _mm512_set1_ps(1), _CMP_NLE_UQ);
  }
  for (int v = 0; v < 2 && pieces; v++) {
    // The slope is multiplied by 11 bits, of which the highest is taken for a sign: in odd pieces that is one slope too few.
    k->pieces[2 + v] = _mm512_loadu_si512(c->pieces + FACET_PIECES + 32 * v);
    const __m512i base = _mm512_loadu_si512(c->pieces + 32 * v);
    k->pieces[v] = _mm512_mask_add_epi16(base, 0xAAAAAAAAu, base, k->pieces[2 + v]);
  }
}

/// `count` pixels; `simple` or not.
FACET_INLINE void store(const facet_results *results, const facet_places *places, const __m512i *sums, int32_t count, int32_t half,
                        const int simple) {
  facet_results all = *results, *k = &all; // copies, which stay in registers
  const facet_places at = *places;
  all.multiplier[1] = all.multiplier[!half], all.slopes[1] = all.slopes[!half];
  for (int32_t i = 0; i < count; i += half ? 4 : 2, sums += 4) {
    const __mmask32 mask0 = k->mask, mask1 = i + 1 < count ? mask0 : 0;
    __m512 p[4];
    facet_results_scale(k, sums, 1, p);
    if (at.residual) {
      const uint8_t *r = at.residual + facet_step(at.res, i);
      __m512i v[4];
      if (half) {
        FACET_UNROLLED_FOR(int j = 0; j < 4; j++) v[j] = _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8((__mmask16)mask0, r + j * at.res.next));
      } else {
        const __m256i r0 = _mm256_maskz_loadu_epi8(mask0, r), r1 = _mm256_maskz_loadu_epi8(mask1, r + at.res.next);
        v[0] = _mm512_cvtepu8_epi32(_mm256_castsi256_si128(r0)), v[1] = _mm512_cvtepu8_epi32(_mm256_extracti128_si256(r0, 1));
        v[2] = _mm512_cvtepu8_epi32(_mm256_castsi256_si128(r1)), v[3] = _mm512_cvtepu8_epi32(_mm256_extracti128_si256(r1, 1));
      }
      facet_results_add(k->c, v, k->c->residual_zero, p);
    }
    __m512i y = simple ? facet_results_simple(k, p) : facet_results_bytes(k, p);
    uint8_t *output = at.output + facet_step(at.out, i);
    if (half) {
      for (int v = 0; v < 4; v++, output += at.out.next, y = _mm512_shuffle_i32x4(y, y, 0x39))
        _mm_mask_storeu_epi8(output, (__mmask16)mask0, _mm512_castsi512_si128(y));
    } else {
      _mm256_mask_storeu_epi8(output, mask0, _mm512_castsi512_si256(y));
      _mm256_mask_storeu_epi8(output + at.out.next, mask1, _mm512_extracti64x4_epi64(y, 1));
    }
  }
}

void facet_results_store_avx512(const facet_results *k, const facet_places *at, const __m512i *sums, int32_t count, int32_t half) {
  if (k->simple)
    store(k, at, sums, count, half, 1);
  else
    store(k, at, sums, count, half, 0);
}
#pragma clang attribute pop
#endif
