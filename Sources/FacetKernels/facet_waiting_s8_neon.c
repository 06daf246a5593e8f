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

// clang-format off
#define EIGHT(instruction) instruction(0) instruction(1) instruction(2) instruction(3) instruction(4) instruction(5) instruction(6) instruction(7)
#define FOUR(instruction) instruction(0) instruction(2) instruction(4) instruction(6)
#define CONVERT(V) "scvtf v" #V ".4s, v" #V ".4s\n"
#define MULTIPLY(V, M) "fmul v" #V ".4s, v" #V ".4s, v" #M ".4s\n"
#define ROUND(V) "fcvtns v" #V ".4s, v" #V ".4s\n"
#define PLUS_OFFSET(V) "sqadd v" #V ".4s, v" #V ".4s, v14.4s\n"
#define NARROW(V) "sqxtn v" #V ".4h, v" #V ".4s\n"
#define AND_NEXT(V, N) "sqxtn2 v" #V ".8h, v" #N ".4s\n"
#define HIGHER(V) "shl v" #V ".8h, v" #V ".8h, #6\n"
#define LOWER(V) "ushr v" #V ".8h, v" #V ".8h, #1\n"
#define LOOK_UP(A, B, table) "tbl v" #A ".16b, {" table "}, v8.16b\n tbl v" #B ".16b, {" table "}, v9.16b\n"
#define ZIP(how, R, A, B) how " v" #R ".16b, v" #A ".16b, v" #B ".16b\n"
#define BY_SLOPE(V, W) "sqrdmulh v" #V ".8h, v" #V ".8h, v" #W ".8h\n"
#define PLUS(V, W) "add v" #V ".8h, v" #V ".8h, v" #W ".8h\n"

/// What assembly reads in this order: bytes of all pieces, of their slopes the lower ones and the higher ones, then of their starts; in all lanes the
/// offset; and where the bytes of eights come from.
typedef struct {
  uint8_t pieces[4][FACET_PIECES];
  int32x4_t offset;
  uint8x16_t order;
  facet_floats multiplier;
} piece_constants;

/// `count` sixteens from `from` on, at least two, to their function's bytes. v = int(rne(p)) + offset, at the ends of 16 bits what is beyond; then
/// start + (slope * o + 512 >> 10), o the lowest 10 bits of v: sqrdmulh is (a * b * 2 + 2^15) >> 16. All bytes of pieces stay in registers, and
/// nothing waits for what stands just before. Two sixteens a turn; of an odd number the last but one comes again.
static void run_pieces(const piece_constants *k, const float *from, ptrdiff_t count, const ptrdiff_t *places, int8_t *output, ptrdiff_t is_scaled,
                       ptrdiff_t is_narrow) {
  ptrdiff_t turns = count / 2;
  __asm__ volatile("mov x9, %[k]\n ld1 {v16.16b-v19.16b}, [x9], #64\n ld1 {v20.16b-v23.16b}, [x9], #64\n ld1 {v24.16b-v27.16b}, [x9], #64\n"
          "ld1 {v28.16b-v31.16b}, [x9], #64\n ld1 {v14.16b, v15.16b}, [x9], #32\n"
          "0: ld1 {v0.4s-v3.4s}, [%[from]], #64\n ld1 {v4.4s-v7.4s}, [%[from]], #64\n cbnz %[is_scaled], 1f\n"
          "ld1 {v8.4s-v11.4s}, [x9]\n" EIGHT(CONVERT)
          MULTIPLY(0, 8) MULTIPLY(1, 9) MULTIPLY(2, 10) MULTIPLY(3, 11) MULTIPLY(4, 8) MULTIPLY(5, 9) MULTIPLY(6, 10) MULTIPLY(7, 11)
          "1:\n" EIGHT(ROUND) EIGHT(PLUS_OFFSET) FOUR(NARROW)
          AND_NEXT(0, 1) AND_NEXT(2, 3) AND_NEXT(4, 5) AND_NEXT(6, 7) ZIP("uzp2", 8, 0, 2) ZIP("uzp2", 9, 4, 6) FOUR(HIGHER)
          "ushr v8.16b, v8.16b, #2\n ushr v9.16b, v9.16b, #2\n" FOUR(LOWER)
          LOOK_UP(10, 11, "v16.16b-v19.16b") LOOK_UP(12, 13, "v20.16b-v23.16b") LOOK_UP(1, 3, "v24.16b-v27.16b") LOOK_UP(5, 7, "v28.16b-v31.16b")
          ZIP("zip1", 8, 10, 12) ZIP("zip2", 10, 10, 12) ZIP("zip1", 9, 11, 13) ZIP("zip2", 11, 11, 13)
          BY_SLOPE(0, 8) BY_SLOPE(2, 10) BY_SLOPE(4, 9) BY_SLOPE(6, 11)
          ZIP("zip1", 8, 1, 5) ZIP("zip2", 1, 1, 5) ZIP("zip1", 9, 3, 7) ZIP("zip2", 3, 3, 7)
          PLUS(0, 8) PLUS(4, 9) PLUS(2, 1) PLUS(6, 3) "ldp x10, x11, [%[places]], #16\n subs %[turns], %[turns], #1\n"
          "sqrshrn v0.8b, v0.8h, #7\n sqrshrn v4.8b, v4.8h, #7\n sqrshrn2 v0.16b, v2.8h, #7\n sqrshrn2 v4.16b, v6.8h, #7\n"
          "cbnz %[is_narrow], 3f\n str q0, [%[output], x10]\n str q4, [%[output], x11]\n"
          "2: b.ne 0b\n tbz %[odd], #0, 4f\n mov %[odd], #0\n sub %[from], %[from], #64\n sub %[places], %[places], #8\n"
          "sub %[places], %[places], %[is_narrow], lsl #3\n mov %[turns], #1\n b 0b\n"
          "3: ldp x12, x13, [%[places]], #16\n tbl v0.16b, {v0.16b}, v15.16b\n tbl v4.16b, {v4.16b}, v15.16b\n"
          "str d0, [%[output], x10]\n ext v1.16b, v0.16b, v0.16b, #8\n str d4, [%[output], x12]\n ext v5.16b, v4.16b, v4.16b, #8\n"
          "str d1, [%[output], x11]\n str d5, [%[output], x13]\n b 2b\n"
          "4:\n"
          : [from] "+r"(from), [places] "+r"(places), [turns] "+r"(turns), [odd] "+r"(count)
          : [k] "r"(k), [is_scaled] "r"(is_scaled), [is_narrow] "r"(is_narrow), [output] "r"(output)
          : "x9", "x10", "x11", "x12", "x13", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15",
            "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31", "cc", "memory");
}
// clang-format on

/// From sums of matrix products to pixels, and back.
static const uint8_t orders[3][16] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
                                      {0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15},
                                      {0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15}};

FACET_OUTLINE void prepare_pieces(const facet_waiting *w, const float *from, ptrdiff_t count, const ptrdiff_t *places, int8_t *output,
                                  ptrdiff_t is_scaled) {
  const facet_conv *c = w->c;
  piece_constants k;
  const uint8_t *pieces = (const uint8_t *)c->pieces;
  FACET_ROLLED_FOR(int i = 0; i < FACET_PIECES; i += 16, pieces += 32) {
    const uint8x16x2_t start = vld2q_u8(pieces), slope = vld2q_u8(pieces + 2 * FACET_PIECES);
    vst1q_u8(k.pieces[0] + i, slope.val[0]), vst1q_u8(k.pieces[1] + i, slope.val[1]);
    vst1q_u8(k.pieces[2] + i, start.val[0]), vst1q_u8(k.pieces[3] + i, start.val[1]);
  }
  k.offset = vdupq_n_s32(c->offset);
  k.order = vld1q_u8(orders[w->form == FACET_WAITING_MATRICES]);
  if (!is_scaled) k.multiplier = lanes(w, c->multiplier);
  run_pieces(&k, from, count, places, output, is_scaled, w->form != FACET_WAITING_WIDE);
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
  ptrdiff_t form = w->form;
  FACET_HIDE(form);
  FACET_HIDE(is_scaled);
  ptrdiff_t turns = count / TOGETHER, odd = count % TOGETHER;
  for (;;) {
    do {
      int8x16_t bytes[TOGETHER];
      facet_floats p[TOGETHER];
      FACET_UNROLLED_FOR(int j = 0; j < TOGETHER; j++, from += 16) p[j] = load_floats(from);
      if (!is_scaled) {
        EACH p[j].v[i] = vcvtq_f32_s32(vreinterpretq_s32_f32(p[j].v[i]));
        IN_THIS_ORDER;
        EACH p[j].v[i] = vmulq_f32(p[j].v[i], multiplier.v[i]);
        IN_THIS_ORDER;
      }
      if (function == FACET_RESULT_SLOPES) EACH p[j].v[i] = with_slope(p[j].v[i], slopes.v[i]);
      if (function == FACET_RESULT_HARD_SWISH) EACH p[j].v[i] = hard_swish(p[j].v[i], alpha, beta);
      FACET_UNROLLED_FOR(int j = 0; j < TOGETHER; j++) bytes[j] = facet_results(bounds, p[j]);
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
    prepare_pieces(w, values, count, places, output, is_scaled);
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
  const int32_t in_matrices = w->form == FACET_WAITING_MATRICES;
  const uint8x16_t to_sums = vld1q_u8(orders[2 * in_matrices]), to_pixels = vld1q_u8(orders[in_matrices]);
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
