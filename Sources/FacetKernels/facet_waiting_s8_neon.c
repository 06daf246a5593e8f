#if defined(__aarch64__)
#include "facet_results_neon.h"
#include "facet_waiting_s8_neon.h"

FACET_INLINE facet_floats load_floats(const float *from) {
  facet_floats f;
  const float32x4x4_t v = vld1q_f32_x4(from);
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) f.v[i] = v.val[i];
  return f;
}

FACET_INLINE float32x4_t twice(float32x2_t pair) { return vcombine_f32(pair, pair); }

/// Numbers of the channels, as sixteen sums want them.
FACET_OUTLINE facet_floats lanes(const facet_waiting *w, const float *all) {
  const float *from = all + w->first;
  float some[16] = {0};
  if (w->channels < facet_waiting_width(w)) {
    memcpy(some, from, (size_t)w->channels * 4);
    from = some;
  }
  if (w->form == FACET_WAITING_WIDE) return load_floats(from);
  const float32x4_t low = vld1q_f32(from), high = vld1q_f32(from + 4);
  if (w->form == FACET_WAITING_MATRICES)
    return (facet_floats){{twice(vget_low_f32(low)), twice(vget_high_f32(low)), twice(vget_low_f32(high)), twice(vget_high_f32(high))}};
  return (facet_floats){{low, high, low, high}};
}

FACET_INLINE facet_sums sums_of(facet_floats p) {
  facet_sums s;
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) s.v[i] = vreinterpretq_s32_f32(p.v[i]);
  return s;
}

FACET_INLINE float32x4_t with_slope(float32x4_t p, float32x4_t slope) { return vbslq_f32(vcltq_f32(p, vdupq_n_f32(0)), vmulq_f32(p, slope), p); }

FACET_INLINE float32x4_t hard_swish(float32x4_t p, float32x4_t alpha, float32x4_t beta) {
  const float32x4_t t = vaddq_f32(vmulq_f32(p, alpha), beta);
  return vmulq_f32(p, vminq_f32(vmaxq_f32(t, vdupq_n_f32(0)), vdupq_n_f32(1)));
}

/// p + float(r - z) * m.
FACET_INLINE facet_floats with_residuals(facet_floats p, int8x16_t r, int8x8_t zero, float32x4_t m) {
  const facet_floats more = facet_floats_of(r, zero);
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) p.v[i] = vaddq_f32(p.v[i], vmulq_f32(more.v[i], m));
  return p;
}

/// A byte of the starts of all pieces, the other one, and those of the slopes.
typedef struct {
  uint8x16x4_t start[2], slope[2];
} piece_bytes;

FACET_INLINE piece_bytes bytes_of(const int16_t *pieces) {
  uint8_t bytes[4][FACET_PIECES];
  const uint8_t *from = (const uint8_t *)pieces;
  FACET_ROLLED_FOR(int i = 0; i < FACET_PIECES; i += 16, from += 32) {
    const uint8x16x2_t start = vld2q_u8(from), slope = vld2q_u8(from + 2 * FACET_PIECES);
    vst1q_u8(bytes[0] + i, start.val[0]), vst1q_u8(bytes[1] + i, start.val[1]);
    vst1q_u8(bytes[2] + i, slope.val[0]), vst1q_u8(bytes[3] + i, slope.val[1]);
  }
  const piece_bytes b = {{vld1q_u8_x4(bytes[0]), vld1q_u8_x4(bytes[1])}, {vld1q_u8_x4(bytes[2]), vld1q_u8_x4(bytes[3])}};
  return b;
}

/// 16-bit numbers of sixteen pieces.
FACET_INLINE int16x8x2_t look_up(const uint8x16x4_t table[2], uint8x16_t piece) {
  const uint8x16x2_t bytes = vzipq_u8(vqtbl4q_u8(table[0], piece), vqtbl4q_u8(table[1], piece));
  const int16x8x2_t r = {{vreinterpretq_s16_u8(bytes.val[0]), vreinterpretq_s16_u8(bytes.val[1])}};
  return r;
}

/// start + (slope * o + 512 >> 10), o the lowest 10 bits of v: vqrdmulh is (a * b * 2 + 2^15) >> 16.
FACET_INLINE int16x8_t on_piece(int16x8_t v, int16x8_t start, int16x8_t slope) {
  const int16x8_t o = vreinterpretq_s16_u16(vshrq_n_u16(vreinterpretq_u16_s16(vshlq_n_s16(v, 6)), 1));
  return vaddq_s16(start, vqrdmulhq_s16(slope, o));
}

/// A sixteen before its function by pieces: int(rne(p)) + offset, at the ends of 16 bits what is beyond.
FACET_INLINE int16x8x2_t with_offset(facet_floats p, int32x4_t offset) {
  int16x8x2_t v;
  FACET_UNROLLED_FOR(int i = 0; i < 2; i++)
    v.val[i] = facet_narrowed(vqaddq_s32(facet_rounded(p.v[2 * i]), offset), vqaddq_s32(facet_rounded(p.v[2 * i + 1]), offset));
  return v;
}

FACET_INLINE int8x16_t by_pieces(const piece_bytes *b, int16x8x2_t v) {
  const uint8x16_t piece = vshrq_n_u8(vuzp2q_u8(vreinterpretq_u8_s16(v.val[0]), vreinterpretq_u8_s16(v.val[1])), 2);
  const int16x8x2_t start = look_up(b->start, piece), slope = look_up(b->slope, piece);
  return vqrshrn_high_n_s16(vqrshrn_n_s16(on_piece(v.val[0], start.val[0], slope.val[0]), 7), on_piece(v.val[1], start.val[1], slope.val[1]), 7);
}

/// Sixteens that a turn of the loop makes: two, so that one is waited for less.
enum { TOGETHER = 2 };

/// All vectors of the sixteens, each step of all before the next one: cores that run instructions in their order would wait for each.
#define EACH                                       \
  FACET_UNROLLED_FOR(int j = 0; j < TOGETHER; j++) \
    FACET_UNROLLED_FOR(int i = 0; i < 4; i++)
#define IN_THIS_ORDER \
  __asm__("" : "+w"(p[0].v[0]), "+w"(p[0].v[1]), "+w"(p[0].v[2]), "+w"(p[0].v[3]), "+w"(p[1].v[0]), "+w"(p[1].v[1]), "+w"(p[1].v[2]), "+w"(p[1].v[3]))

/// One `function` of `count` sixteens, at least TOGETHER, to whole vectors.
FACET_INLINE void run(const facet_waiting *w, const float *from, int32_t count, const ptrdiff_t *places, int8_t *output, ptrdiff_t is_scaled,
                      const int32_t function) {
  const facet_conv *c = w->c;
  facet_floats numbers[2]; // in memory: no register lives through a call
  if (!is_scaled) numbers[0] = lanes(w, c->multiplier);
  if (function == FACET_RESULT_SLOPES) numbers[1] = lanes(w, c->slopes);
  __asm__ volatile("" ::"r"(numbers) : "memory");
  const facet_floats multiplier = load_floats((const float *)&numbers[0]);
  facet_floats slopes;
  if (function == FACET_RESULT_SLOPES) slopes = load_floats((const float *)&numbers[1]);
  const float32x4_t alpha = vdupq_n_f32(c->alpha), beta = vdupq_n_f32(c->beta);
  const facet_bounds bounds = facet_bounds_of(c->zero, c->low, c->high);
  const int32x4_t offset = vdupq_n_s32(c->offset);
  piece_bytes pieces;
  if (function == FACET_RESULT_PIECES) pieces = bytes_of(c->pieces);
  ptrdiff_t form = w->form;
  FACET_HIDE(form);
  FACET_HIDE(is_scaled);
  ptrdiff_t turns = count / TOGETHER, odd = count % TOGETHER;
  for (;;) {
    do {
      facet_floats p[TOGETHER];
      FACET_UNROLLED_FOR(int j = 0; j < TOGETHER; j++, from += 16) p[j] = load_floats(from);
      if (!is_scaled) {
        EACH p[j].v[i] = vcvtq_f32_s32(vreinterpretq_s32_f32(p[j].v[i]));
        IN_THIS_ORDER;
        EACH p[j].v[i] = vmulq_f32(p[j].v[i], multiplier.v[i]);
        IN_THIS_ORDER;
      }
      int8x16_t bytes[TOGETHER];
      if (function == FACET_RESULT_PIECES) { // in this order, which leaves all bytes of pieces in registers
        int16x8x2_t v[TOGETHER];
        FACET_UNROLLED_FOR(int j = 0; j < TOGETHER; j++) v[j] = with_offset(p[j], offset);
        __asm__("" : "+w"(v[0].val[0]), "+w"(v[0].val[1]), "+w"(v[1].val[0]), "+w"(v[1].val[1]));
        bytes[0] = by_pieces(&pieces, v[0]);
        __asm__("" : "+w"(bytes[0]), "+w"(v[1].val[0]), "+w"(v[1].val[1]));
        bytes[1] = by_pieces(&pieces, v[1]);
      }
      FACET_UNROLLED_FOR(int j = 0; j < TOGETHER && function != FACET_RESULT_PIECES; j++) {
        FACET_UNROLLED_FOR(int i = 0; i < 4; i++) {
          if (function == FACET_RESULT_SLOPES) p[j].v[i] = with_slope(p[j].v[i], slopes.v[i]);
          if (function == FACET_RESULT_HARD_SWISH) p[j].v[i] = hard_swish(p[j].v[i], alpha, beta);
        }
        bytes[j] = facet_results(bounds, p[j]);
      }
      turns--;
      int8_t *to[2 * TOGETHER];
      if (form == FACET_WAITING_WIDE) {
        FACET_UNROLLED_FOR(int j = 0; j < TOGETHER; j++) to[j] = output + *places++;
        FACET_UNROLLED_FOR(int j = 0; j < TOGETHER; j++) vst1q_s8(to[j], bytes[j]);
        continue;
      }
      int8x16_t others[TOGETHER];
      FACET_UNROLLED_FOR(int j = 0; j < TOGETHER; j++) others[j] = vextq_s8(bytes[j], bytes[j], 8);
      if (form == FACET_WAITING_MATRICES)
        FACET_UNROLLED_FOR(int j = 0; j < TOGETHER; j++) {
          const int16x8_t b = vreinterpretq_s16_s8(bytes[j]);
          bytes[j] = vreinterpretq_s8_s16(vuzp1q_s16(b, b)), others[j] = vreinterpretq_s8_s16(vuzp2q_s16(b, b));
        }
      FACET_UNROLLED_FOR(int j = 0; j < 2 * TOGETHER; j++) to[j] = output + *places++;
      FACET_UNROLLED_FOR(int j = 0; j < TOGETHER; j++) {
        vst1_s8(to[2 * j], vget_low_s8(bytes[j]));
        vst1_s8(to[2 * j + 1], vget_low_s8(others[j]));
      }
    } while (turns);
    if (!odd) return;
    odd = 0, turns = 1, from -= 16 * (TOGETHER - 1), places -= (TOGETHER - 1) * (form == FACET_WAITING_WIDE ? 1 : 2);
  }
}

FACET_OUTLINE void run_any(const facet_waiting *w, const float *values, int32_t count, const ptrdiff_t *places, int8_t *output, ptrdiff_t is_scaled) {
  float values_twice[16 * TOGETHER];
  ptrdiff_t places_twice[2 * TOGETHER];
  if (count < TOGETHER) {
    FACET_ROLLED_FOR(int i = 0; i < 16 * TOGETHER; i++) values_twice[i] = values[i % 16];
    FACET_ROLLED_FOR(int i = 0; i < 2 * TOGETHER; i++) places_twice[i] = places[w->form == FACET_WAITING_WIDE ? 0 : i % 2];
    values = values_twice, places = places_twice, count = TOGETHER;
  }
  const int32_t function = w->c->function;
  if (function == FACET_RESULT_PIECES)
    run(w, values, count, places, output, is_scaled, FACET_RESULT_PIECES);
  else if (function == FACET_RESULT_HARD_SWISH)
    run(w, values, count, places, output, is_scaled, FACET_RESULT_HARD_SWISH);
  else if (function == FACET_RESULT_SLOPES)
    run(w, values, count, places, output, is_scaled, FACET_RESULT_SLOPES);
  else
    run(w, values, count, places, output, is_scaled, FACET_RESULT_PLAIN);
}

/// Sixteens with residuals to results; or, where they have a function, to floats in their place.
FACET_OUTLINE void run_residuals(const facet_waiting *w, float *values, int32_t count, const ptrdiff_t *places, int8_t *output,
                                 const ptrdiff_t *residual_places, const int8_t *residual) {
  const facet_conv *c = w->c;
  const facet_floats multiplier = lanes(w, c->multiplier);
  const facet_bounds bounds = facet_bounds_of(c->zero, c->low, c->high);
  const int8x8_t zero = vdup_n_s8((int8_t)c->residual_zero);
  const float32x4_t m = vdupq_n_f32(c->residual_multiplier);
  // From bytes by pixels to sums as they stand, and back.
  static const uint8_t orders[2][2][16] = {
      {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}},
      {{0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15}, {0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15}}};
  const uint8_t (*order)[16] = orders[w->form == FACET_WAITING_MATRICES];
  const uint8x16_t to_sums = vld1q_u8(order[0]), to_pixels = vld1q_u8(order[1]);
  const int32_t step = w->form == FACET_WAITING_WIDE ? 1 : 2, function = c->function;
  FACET_ROLLED_FOR(; count > 0; count--, values += 16, places += step, residual_places += step) {
    int8x16_t r;
    if (step == 1)
      r = vld1q_s8(residual + residual_places[0]);
    else
      r = vcombine_s8(vld1_s8(residual + residual_places[0]), vld1_s8(residual + residual_places[1]));
    r = vqtbl1q_s8(r, to_sums);
    const facet_floats p = with_residuals(facet_scaled(sums_of(load_floats(values)), multiplier), r, zero, m);
    if (function) {
      FACET_UNROLLED_FOR(int i = 0; i < 4; i++) vst1q_f32(values + 4 * i, p.v[i]);
      continue;
    }
    const int8x16_t bytes = vqtbl1q_s8(facet_results(bounds, p), to_pixels);
    if (step == 1) {
      vst1q_s8(output + places[0], bytes);
      continue;
    }
    vst1_s8(output + places[0], vget_low_s8(bytes));
    vst1_s8(output + places[1], vget_high_s8(bytes));
  }
}

/// Whole vectors.
FACET_OUTLINE void store_whole(const facet_waiting *w, float *values, int32_t count, const ptrdiff_t *places, int8_t *output,
                               const ptrdiff_t *residual_places, const int8_t *residual) {
  if (residual) {
    run_residuals(w, values, count, places, output, residual_places, residual);
    if (!w->c->function) return;
  }
  run_any(w, values, count, places, output, w->is_scaled || residual);
}

void facet_store_waiting_neon(const facet_waiting *w, void *values, int32_t pixels) {
  enum { PIXELS = 16 };
  const int32_t width = facet_waiting_width(w);
  if (w->channels == width) {
    store_whole(w, values, (pixels * width + 8) / 16, w->places, w->output, w->residual_places, w->residual);
    return;
  }
  // Fewer channels, by way of bytes side by side.
  int8_t bytes[PIXELS * 16], residual[PIXELS * 16];
  ptrdiff_t places[PIXELS];
  for (int32_t i = 0; i < PIXELS; i++) places[i] = i * width;
  for (int32_t at = 0; at < pixels; at += PIXELS) {
    const int32_t count = pixels - at < PIXELS ? pixels - at : PIXELS;
    for (int32_t i = 0; w->residual && i < count; i++) memcpy(residual + places[i], w->residual + w->residual_places[at + i], (size_t)w->channels);
    store_whole(w, (float *)values + at * width, (count * width + 8) / 16, places, bytes, places, w->residual ? residual : NULL);
    for (int32_t i = 0; i < count; i++) facet_store_bytes(w->output + w->places[at + i], vld1q_s8(bytes + places[i]), w->channels);
  }
}
#endif
