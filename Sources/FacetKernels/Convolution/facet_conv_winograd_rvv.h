/// What Winograd's convolutions share with RISC-V's vectors: 32 output channels across the lanes of weights and sums, inputs across those of inputs.
/// N is the side of a tile's inputs: 6 for F(4x4), 4 for F(2x2). Included after the target is set.
#ifndef FACET_CONV_WINOGRAD_RVV_H
#define FACET_CONV_WINOGRAD_RVV_H
#include "facet_conv_winograd.h"
#include "facet_requantize_rvv.h"

#pragma GCC visibility push(hidden)

/// Weights of `inputs` inputs by 32 output channels, transformed; `w`: where the first tap's lie, the next ones' `tap` bytes further.
typedef void facet_winograd_weights_rvv(const int8_t *w, ptrdiff_t tap, int32_t inputs, int16_t *v);

/// Sums of a strip whose tiles' inputs have `side` x `side` positions.
void facet_winograd_sums_rvv(const facet_winograd_strip *s, int32_t side, facet_winograd_weights_rvv *weights);

/// Inputs whose weights are put in order together.
enum { ORDERED = 8, ORDERED_BYTES = ORDERED * FACET_BLOCK };

/// A line of three weights, `step` bytes apart, times G. `whole`: also with the first and the last position, which are weights themselves.
FACET_INLINE void weights_line_8(const int8_t *w, ptrdiff_t step, int16_t *v, ptrdiff_t to, size_t vl, const int N, const int whole) {
  const vint8m4_t w0 = __riscv_vle8_v_i8m4(w, vl), w1 = __riscv_vle8_v_i8m4(w + step, vl), w2 = __riscv_vle8_v_i8m4(w + 2 * step, vl);
  if (whole) {
    __riscv_vse16_v_i16m8(v, __riscv_vsext_vf2_i16m8(w0, vl), vl);
    __riscv_vse16_v_i16m8(v + (N - 1) * to, __riscv_vsext_vf2_i16m8(w2, vl), vl);
    v += to;
  }
  vint16m8_t t = __riscv_vwadd_vv_i16m8(w0, w2, vl);
  __riscv_vse16_v_i16m8(v, __riscv_vwadd_wv_i16m8(t, w1, vl), vl);
  __riscv_vse16_v_i16m8(v + to, __riscv_vwsub_wv_i16m8(t, w1, vl), vl);
  if (N == 4) return;
  t = __riscv_vwmacc_vx_i16m8(t, 3, w2, vl);
  __riscv_vse16_v_i16m8(v + 2 * to, __riscv_vwmacc_vx_i16m8(t, 2, w1, vl), vl);
  __riscv_vse16_v_i16m8(v + 3 * to, __riscv_vwmacc_vx_i16m8(t, -2, w1, vl), vl);
}

// The compiler would keep a pointer for each of a line's numbers.
#define LOAD_NEXT(x) "vle16.v " x ", (%[w])\n\taddi %[w], %[w], %[step]\n\t"
#define STORE_NEXT(x) "vse16.v " x ", (%[v])\n\tadd %[v], %[v], %[to]\n\t"
#define COLUMN(more)                                                                                                                \
  "vsetvli zero, %[vl], e16, m8, ta, ma\n0:\n\t" LOAD_NEXT("v8") LOAD_NEXT("v16") LOAD_NEXT("v24")                                  \
      STORE_NEXT("v8") "vadd.vv v8, v8, v24\n\tvadd.vv v0, v8, v16\n\t" STORE_NEXT("v0") "vsub.vv v0, v8, v16\n\t" STORE_NEXT("v0") \
          more STORE_NEXT("v24") "bne %[w], %[end], 0b"
#define POINTS_OF_2 \
  "vmacc.vx v8, %[three], v24\n\tvadd.vv v16, v16, v16\n\tvadd.vv v0, v8, v16\n\t" STORE_NEXT("v0") "vsub.vv v8, v8, v16\n\t" STORE_NEXT("v8")
#define OF_COLUMNS(more)                                                                                                                            \
  __asm__ volatile(COLUMN(more)                                                                                                                     \
                   : [w] "+r"(w), [v] "+r"(v)                                                                                                       \
                   : [end] "r"(end), [to] "r"(2 * to), [step] "i"(2 * ORDERED_BYTES), [vl] "r"(vl), [three] "r"((intptr_t)3)                        \
                   : "memory", "vl", "vtype", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", \
                     "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31")

/// The same of N - 2 columns of 16-bit numbers, one after the other.
FACET_INLINE void weights_columns(const int16_t *w, int16_t *v, ptrdiff_t to, size_t vl, const int N) {
  const int16_t *end = w + (N - 2) * 3 * ORDERED_BYTES;
  if (N == 6)
    OF_COLUMNS(POINTS_OF_2);
  else
    OF_COLUMNS("");
}

/// The weights of a tap for ORDERED inputs from [32][4] to [4][32], which stand in full registers of 128 and 256 bits as they shall in memory.
FACET_INLINE void order(const int8_t *w, int8_t *to) {
  const int8_t *next = w + 4 * FACET_BLOCK;
  if (__riscv_vlenb() == 16) {
    __asm__ volatile("vsetvli zero, %[vl], e8, m2, ta, ma\n\tvlseg4e8.v v8, (%[w])\n\tvlseg4e8.v v16, (%[next])\n\tvs8r.v v8, (%[to])\n\t"
                     "vs8r.v v16, (%[half])" ::[w] "r"(w),
                     [next] "r"(next), [to] "r"(to), [half] "r"(to + 4 * FACET_BLOCK), [vl] "r"((size_t)FACET_BLOCK)
                     : "memory", "vl", "vtype", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22",
                       "v23");
  } else if (__riscv_vlenb() == 32) {
    __asm__ volatile("vsetvli zero, %[vl], e8, m1, ta, ma\n\tvlseg4e8.v v8, (%[w])\n\tvlseg4e8.v v12, (%[next])\n\tvs8r.v v8, (%[to])" ::[w] "r"(w),
                     [next] "r"(next), [to] "r"(to), [vl] "r"((size_t)FACET_BLOCK)
                     : "memory", "vl", "vtype", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15");
  } else {
    FACET_ROLLED_FOR(int i = 0; i < 2; i++, w = next, to += 4 * FACET_BLOCK) {
      const vint8m1x4_t four = __riscv_vlseg4e8_v_i8m1x4(w, FACET_BLOCK);
      __riscv_vse8_v_i8m1(to, __riscv_vget_v_i8m1x4_i8m1(four, 0), FACET_BLOCK);
      __riscv_vse8_v_i8m1(to + FACET_BLOCK, __riscv_vget_v_i8m1x4_i8m1(four, 1), FACET_BLOCK);
      __riscv_vse8_v_i8m1(to + 2 * FACET_BLOCK, __riscv_vget_v_i8m1x4_i8m1(four, 2), FACET_BLOCK);
      __riscv_vse8_v_i8m1(to + 3 * FACET_BLOCK, __riscv_vget_v_i8m1x4_i8m1(four, 3), FACET_BLOCK);
    }
  }
}

/// G w G^T: rows of taps, then columns.
FACET_INLINE void weights_of(const int8_t *w, ptrdiff_t tap, int32_t inputs, int16_t *v, const int N) {
  const ptrdiff_t position = (ptrdiff_t)inputs * FACET_BLOCK;
  int8_t ordered[9][ORDERED_BYTES];
  int16_t between[4][3][ORDERED_BYTES];
  for (int32_t i = 0; i < inputs; i += ORDERED, w += ORDERED_BYTES, v += ORDERED_BYTES) {
    FACET_ROLLED_FOR(int t = 0; t < 9; t++) order(w + t * tap, ordered[t]);
    for (size_t at = 0, vl; at < ORDERED_BYTES; at += vl) {
      vl = __riscv_vsetvl_e16m8(ORDERED_BYTES - at);
      FACET_ROLLED_FOR(int r = 0; r < 3; r++) weights_line_8(ordered[3 * r] + at, ORDERED_BYTES, between[0][r], 3 * ORDERED_BYTES, vl, N, 0);
      FACET_ROLLED_FOR(int c = 0; c < 3; c += 2)
        weights_line_8(ordered[c] + at, 3 * ORDERED_BYTES, v + at + c / 2 * (N - 1) * N * position, position, vl, N, 1);
      weights_columns(between[0][0], v + at + N * position, position, vl, N);
    }
  }
}

/// Six numbers of B^T times a line, `to` apart, of F(4x4); `negated`: what comes of points 1 and -1.
FACET_INLINE void store_six(vint16m4_t d42, vint16m4_t p, vint16m4_t d20, vint16m4_t d13, vint16m4_t q, vint16m4_t d53, int16_t *u, ptrdiff_t to,
                            size_t vl, const int negated) {
  __riscv_vse16_v_i16m4(u + 5 * to, __riscv_vmacc_vx_i16m4(d53, 4, d13, vl), vl);
  __riscv_vse16_v_i16m4(u, __riscv_vmacc_vx_i16m4(d42, 4, d20, vl), vl);
  const vint16m4_t twice = __riscv_vadd_vv_i16m4(d13, d13, vl);
  __riscv_vse16_v_i16m4(u + 3 * to, __riscv_vsub_vv_i16m4(d42, twice, vl), vl);
  __riscv_vse16_v_i16m4(u + 4 * to, __riscv_vadd_vv_i16m4(d42, twice, vl), vl);
  if (!negated) p = __riscv_vneg_v_i16m4(p, vl);
  __riscv_vse16_v_i16m4(u + to, negated ? __riscv_vadd_vv_i16m4(p, q, vl) : __riscv_vsub_vv_i16m4(p, q, vl), vl);
  __riscv_vse16_v_i16m4(u + 2 * to, negated ? __riscv_vsub_vv_i16m4(p, q, vl) : __riscv_vadd_vv_i16m4(p, q, vl), vl);
}

FACET_INLINE void input_line_16(const int16_t *from, ptrdiff_t step, int16_t *u, ptrdiff_t to, size_t vl, const int N) {
  const vint16m4_t x0 = __riscv_vle16_v_i16m4(from, vl), x1 = __riscv_vle16_v_i16m4(from + step, vl);
  const vint16m4_t x2 = __riscv_vle16_v_i16m4(from + 2 * step, vl), x3 = __riscv_vle16_v_i16m4(from + 3 * step, vl);
  if (N == 4) {
    __riscv_vse16_v_i16m4(u, __riscv_vsub_vv_i16m4(x0, x2, vl), vl);
    __riscv_vse16_v_i16m4(u + to, __riscv_vadd_vv_i16m4(x1, x2, vl), vl);
    __riscv_vse16_v_i16m4(u + 2 * to, __riscv_vsub_vv_i16m4(x2, x1, vl), vl);
    __riscv_vse16_v_i16m4(u + 3 * to, __riscv_vsub_vv_i16m4(x1, x3, vl), vl);
    return;
  }
  const vint16m4_t x4 = __riscv_vle16_v_i16m4(from + 4 * step, vl), x5 = __riscv_vle16_v_i16m4(from + 5 * step, vl);
  const vint16m4_t p = __riscv_vsub_vv_i16m4(__riscv_vsll_vx_i16m4(x2, 2, vl), x4, vl),
                   q = __riscv_vsub_vv_i16m4(__riscv_vsll_vx_i16m4(x1, 2, vl), x3, vl);
  store_six(__riscv_vsub_vv_i16m4(x4, x2, vl), p, __riscv_vsub_vv_i16m4(x0, x2, vl), __riscv_vsub_vv_i16m4(x1, x3, vl), q,
            __riscv_vsub_vv_i16m4(x5, x3, vl), u, to, vl, 0);
}

/// Of the bytes that `x` leads to, `at` further.
FACET_INLINE void input_line_8(const int8_t *const x[], ptrdiff_t at, int16_t *u, ptrdiff_t to, size_t vl, const int N) {
  const vint8m2_t x0 = __riscv_vle8_v_i8m2(x[0] + at, vl), x1 = __riscv_vle8_v_i8m2(x[1] + at, vl), x2 = __riscv_vle8_v_i8m2(x[2] + at, vl),
                  x3 = __riscv_vle8_v_i8m2(x[3] + at, vl);
  if (N == 4) {
    __riscv_vse16_v_i16m4(u, __riscv_vwsub_vv_i16m4(x0, x2, vl), vl);
    __riscv_vse16_v_i16m4(u + to, __riscv_vwadd_vv_i16m4(x1, x2, vl), vl);
    __riscv_vse16_v_i16m4(u + 2 * to, __riscv_vwsub_vv_i16m4(x2, x1, vl), vl);
    __riscv_vse16_v_i16m4(u + 3 * to, __riscv_vwsub_vv_i16m4(x1, x3, vl), vl);
    return;
  }
  const vint8m2_t x4 = __riscv_vle8_v_i8m2(x[4] + at, vl), x5 = __riscv_vle8_v_i8m2(x[5] + at, vl);
  const vint16m4_t p = __riscv_vwsub_wv_i16m4(__riscv_vwmul_vx_i16m4(x2, 4, vl), x4, vl),
                   q = __riscv_vwsub_wv_i16m4(__riscv_vwmul_vx_i16m4(x1, 4, vl), x3, vl);
  store_six(__riscv_vwsub_vv_i16m4(x4, x2, vl), p, __riscv_vwsub_vv_i16m4(x0, x2, vl), __riscv_vwsub_vv_i16m4(x1, x3, vl), q,
            __riscv_vwsub_vv_i16m4(x5, x3, vl), u, to, vl, 1);
}

/// Inputs that are transformed together at most: eight registers of 512 bits.
enum { TOGETHER = 128 };

/// B^T x B of a tile, columns, then rows, to u[position][inputs].
FACET_INLINE void inputs_of(const facet_winograd_window *w, int32_t inputs, int16_t *u, const int N) {
  int16_t between[6 * 6][TOGETHER];
  for (int32_t i = 0, count; i < inputs; i += count, u += count) {
    const size_t vl = __riscv_vsetvl_e16m4(inputs - i < TOGETHER ? (size_t)(inputs - i) : TOGETHER);
    count = (int32_t)vl;
    FACET_ROLLED_FOR(int c = 0; c < N; c++) {
      const int8_t *x[6];
      FACET_UNROLLED_FOR(int r = 0; r < N; r++) x[r] = w->rows[r] + w->columns[c];
      input_line_8(x, i, between[c * N], TOGETHER, vl, N);
    }
    FACET_ROLLED_FOR(int r = 0; r < N; r++) input_line_16(between[r], N * TOGETHER, u + (ptrdiff_t)r * inputs, (ptrdiff_t)N * inputs, vl, N);
  }
}

/// One of the results of a line. Last comes the exact sum of a pixel: F(4x4)'s multiples of 9 times the inverse, without `shift` bits.
FACET_INLINE void store_result(vint32m4_t y, int32_t *to, size_t vl, const int N, const int last, size_t shift) {
  if (last && N == 6) y = __riscv_vmul_vx_i32m4(y, 0x38E38E39, vl);
  if (last) y = __riscv_vsra_vx_i32m4(y, shift, vl);
  __riscv_vse32_v_i32m4(to, y, vl);
}

/// A^T times a line of N sums, `step` numbers apart, to results `place` apart. First of columns, where F(4x4) has sums of points 1 and -1 negated.
FACET_INLINE void result_line(const int32_t *from, ptrdiff_t step, int32_t *to, ptrdiff_t place, size_t vl, const int N, const int last,
                              size_t shift) {
  const vint32m4_t m1 = __riscv_vle32_v_i32m4(from + step, vl), m2 = __riscv_vle32_v_i32m4(from + 2 * step, vl);
  const vint32m4_t s = __riscv_vadd_vv_i32m4(m1, m2, vl), d = __riscv_vsub_vv_i32m4(m1, m2, vl), m0 = __riscv_vle32_v_i32m4(from, vl);
  const vint32m4_t m3 = __riscv_vle32_v_i32m4(from + 3 * step, vl);
  if (N == 4) {
    store_result(__riscv_vadd_vv_i32m4(__riscv_vadd_vv_i32m4(m0, m0, vl), s, vl), to, vl, N, last, 2);
    store_result(__riscv_vsub_vv_i32m4(d, __riscv_vadd_vv_i32m4(m3, m3, vl), vl), to + place, vl, N, last, 2);
    return;
  }
  const vint32m4_t m4 = __riscv_vle32_v_i32m4(from + 4 * step, vl);
  const vint32m4_t s2 = __riscv_vadd_vv_i32m4(m3, m4, vl), d2 = __riscv_vsub_vv_i32m4(m3, m4, vl);
  vint32m4_t y = __riscv_vmacc_vx_i32m4(__riscv_vmul_vx_i32m4(m0, 6, vl), last ? -4 : 4, s, vl);
  store_result(__riscv_vadd_vv_i32m4(y, s2, vl), to, vl, N, last, shift + 3);
  store_result(last ? __riscv_vsub_vv_i32m4(s2, s, vl) : __riscv_vadd_vv_i32m4(s2, s, vl), to + 2 * place, vl, N, last, shift + 1);
  y = __riscv_vmacc_vx_i32m4(__riscv_vmul_vx_i32m4(__riscv_vle32_v_i32m4(from + 5 * step, vl), 6, vl), 2, d2, vl);
  store_result(last ? __riscv_vsub_vv_i32m4(y, d, vl) : __riscv_vadd_vv_i32m4(y, d, vl), to + 3 * place, vl, N, last, shift + 1);
  store_result(__riscv_vmacc_vx_i32m4(d2, last ? -2 : 2, d, vl), to + place, vl, N, last, shift + 2);
}

/// A^T s A, columns, then rows: the sums of a tile's pixels, FACET_BLOCK numbers each.
FACET_INLINE void sums_of_pixels(const facet_winograd_channels *k, const int32_t *sums, size_t all, int32_t *to, const int N) {
  static const uint8_t shifts[4] = {3, 2, 1, 1};
  enum { LINE = 4 * FACET_BLOCK };
  int32_t between[6 * LINE];
  for (size_t o = 0, vl; o < all; o += vl) {
    vl = __riscv_vsetvl_e32m4(all - o);
    FACET_ROLLED_FOR(int c = 0; c < N; c++) result_line(sums + o + c * N * k->position, k->position, between + c * LINE, FACET_BLOCK, vl, N, 0, 0);
    FACET_ROLLED_FOR(int r = 0; r < N - 2; r++)
      result_line(between + r * FACET_BLOCK, LINE, to + r * (N - 2) * FACET_BLOCK + o, FACET_BLOCK, vl, N, 1, shifts[r]);
  }
}

FACET_INLINE size_t channels_of(const facet_winograd_channels *k) { return (size_t)(k->count < FACET_BLOCK ? k->count : FACET_BLOCK); }

/// The results of a tile.
FACET_INLINE void results_of(const facet_winograd_channels *k, const int32_t *sums, const facet_winograd_tile *t, int32_t with_residual,
                             const int N) {
  const size_t all = channels_of(k);
  int32_t of_pixels[16 * FACET_BLOCK];
  sums_of_pixels(k, sums, all, of_pixels, N);
  const facet_conv c = *k->conv; // a copy, in which the results do not lie
  const vfloat32m8_t multiplier = __riscv_vle32_v_f32m8(c.multiplier + k->first, all);
  const ptrdiff_t channel = k->channel;
  for (int r = 0; r < N - 2; r++)
    for (int i = 0; i < N - 2; i++) {
      const int p = r * (N - 2) + i;
      facet_store_products_rvv(&c, __riscv_vle32_v_i32m8(of_pixels + p * FACET_BLOCK, all), multiplier, (uint8_t *)t->output[p] + channel,
                               with_residual ? t->residual[p] + channel : NULL, all);
    }
}

/// Those of a function.
FACET_INLINE void function_results_of(const facet_winograd_channels *k, const int32_t *sums, const facet_winograd_tile *t, const int N) {
  const size_t all = channels_of(k);
  int32_t of_pixels[16 * FACET_BLOCK];
  sums_of_pixels(k, sums, all, of_pixels, N);
  const facet_sums_riscv s = {.sums = of_pixels,
                              .step = FACET_BLOCK,
                              .output = (uintptr_t)k->channel,
                              .residual = (uintptr_t)k->channel,
                              .outputs = t->output,
                              .residuals = t->residual,
                              .first = k->first,
                              .count = (int32_t)all,
                              .pixels = (N - 2) * (N - 2)};
  facet_store_function_rvv(k->conv, &s);
}

#pragma GCC visibility pop

#endif
