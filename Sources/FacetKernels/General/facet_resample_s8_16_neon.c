#if defined(__aarch64__) || defined(__arm__)
#include "../facet_results_neon.h"

// Resampling along one axis, int8, 16 neighbouring results at a time. They are made for all of the outer places one after the other, so that where
// they come from is found once.

enum {
  WINDOW = 32, ///< neighbouring inputs among which one instruction looks up
  TAPS = 64,   ///< at most (conditions.inc)
};

/// One tap of 16 results.
typedef struct {
  int32_t offsets[16]; ///< of their inputs, from the first of their outer place
  int32_t first;       ///< the least of them
  int32_t is_spread;   ///< they are not within WINDOW
  uint8_t places[16];  ///< offsets less the first
  int32_t weights[16];
} tap;

/// Results [k, k + count) of an outer place, count <= 16: lanes beyond it repeat the last.
FACET_OUTLINE void find_taps(const facet_resample *a, int32_t k, int32_t count, tap taps[TAPS]) {
  for (int32_t t = 0; t < a->taps; t++) {
    tap *own = taps + t;
    int32_t j = k / a->inner, i = k % a->inner, end = 0;
    own->first = INT32_MAX;
    FACET_ROLLED_FOR(int32_t lane = 0; lane < 16; lane++) {
      const int32_t offset = a->indices[j * a->taps + t] * a->inner + i;
      own->offsets[lane] = offset;
      own->weights[lane] = ((const int32_t *)a->weights)[j * a->taps + t];
      if (offset < own->first) own->first = offset;
      if (offset > end) end = offset;
      if (lane < count - 1 && ++i == a->inner) i = 0, j++;
    }
    own->is_spread = end - own->first >= WINDOW;
    FACET_ROLLED_FOR(int32_t lane = 0; lane < 16; lane++) own->places[lane] = (uint8_t)(own->offsets[lane] - own->first);
  }
}

/// The inputs of a tap; up to 31 bytes behind them may be read.
FACET_INLINE uint8x16_t inputs_of(const tap *t, const uint8_t *input) {
  if (t->is_spread) {
    uint8_t bytes[16];
    FACET_ROLLED_FOR(int i = 0; i < 16; i++) bytes[i] = input[t->offsets[i]];
    return vld1q_u8(bytes);
  }
  const uint8_t *from = input + t->first;
#if defined(__aarch64__)
  return vqtbl2q_u8((uint8x16x2_t){{vld1q_u8(from), vld1q_u8(from + 16)}}, vld1q_u8(t->places));
#else
  const uint8x8x4_t window = {{vld1_u8(from), vld1_u8(from + 8), vld1_u8(from + 16), vld1_u8(from + 24)}};
  return vcombine_u8(vtbl4_u8(window, vld1_u8(t->places)), vtbl4_u8(window, vld1_u8(t->places + 8)));
#endif
}

typedef struct {
  facet_bounds bounds;
  int8x16_t flips;
  int8x8_t zero;
} constants;

/// Of `length` neighbours, whose inputs are neighbours where there are more than 16.
FACET_OUTLINE void resample(const tap *taps, int32_t count, const constants *k, const uint8_t *input, uint8_t *output, int32_t length) {
  FACET_ROLLED_FOR(; length > 0; length -= 16, input += 16, output += 16) {
    facet_sums sums = {{vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)}};
    const tap *t = taps;
    FACET_ROLLED_FOR(int32_t left = count; left > 0; left--, t++) {
      const int8x16_t v = veorq_s8(vreinterpretq_s8_u8(inputs_of(t, input)), k->flips);
      const int16x8_t low = vsubl_s8(vget_low_s8(v), k->zero), high = vsubl_s8(vget_high_s8(v), k->zero);
      sums.v[0] = vmlaq_s32(sums.v[0], vmovl_s16(vget_low_s16(low)), vld1q_s32(t->weights));
      sums.v[1] = vmlaq_s32(sums.v[1], vmovl_s16(vget_high_s16(low)), vld1q_s32(t->weights + 4));
      sums.v[2] = vmlaq_s32(sums.v[2], vmovl_s16(vget_low_s16(high)), vld1q_s32(t->weights + 8));
      sums.v[3] = vmlaq_s32(sums.v[3], vmovl_s16(vget_high_s16(high)), vld1q_s32(t->weights + 12));
    }
    facet_floats p;
    FACET_UNROLLED_FOR(int i = 0; i < 4; i++) p.v[i] = vcvtq_n_f32_s32(sums.v[i], 11);
    facet_store_bytes(output, veorq_s8(facet_results(k->bounds, p), k->flips), length < 16 ? length : 16);
  }
}

/// Along one axis, each output a weighted sum of a few inputs, int8: 16 results at a time.
void facet_resample_s8_16_neon(const void *arguments) {
  const facet_resample *a = arguments;
  const int32_t added = a->stored_unsigned ? 128 : 0, all = a->output_size * a->inner, step = a->inner < 16 ? 16 : a->inner;
  const constants k = {facet_bounds_of(a->zero - added, INT8_MIN, INT8_MAX), vdupq_n_s8((int8_t)added), vdup_n_s8((int8_t)(a->zero - added))};
  tap taps[TAPS];
  for (int32_t first = 0; first < all; first += step) {
    const int32_t length = all - first < step ? all - first : step;
    find_taps(a, first, length < 16 ? length : 16, taps);
    for (int32_t o = 0; o < a->outer; o++)
      resample(taps, a->taps, &k, facet_at(a->input, (ptrdiff_t)o * a->input_size * a->inner),
               facet_at_mutable(a->output, (ptrdiff_t)o * all + first), length);
  }
}
#endif
