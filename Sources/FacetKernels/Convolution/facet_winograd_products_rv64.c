#if defined(__riscv) && __riscv_xlen == 64
#include "facet_conv_winograd.h"

/// Inputs whose products always sum up to less than 2^31: 72 * 49 * 127 * 18 * 255, the largest of all positions' bounds.
enum { SUMMED = 72 };

// Accumulator 2 J + P: output channel J of the tiles of pair P, which stand in the halves of x0 and x1. Weights are loaded two channels ahead.
#define TEXT(x) #x
#define CHANNEL(W, A, B, NEXT)                                                                                                             \
  "mul %[t0], %[x0], %[" #W "]\n mul %[t1], %[x1], %[" #W "]\n lh %[" #W "], " TEXT(NEXT) "(%[v])\n"                                       \
                                                                                          "add %[a" #A "], %[a" #A "], %[t0]\n add %[a" #B \
                                                                                          "], %[a" #B "], %[t1]\n"
#define LAST_CHANNEL(W, A, B)                                   \
  "mul %[t0], %[x0], %[" #W "]\n mul %[t1], %[x1], %[" #W "]\n" \
  "add %[a" #A "], %[a" #A "], %[t0]\n add %[a" #B "], %[a" #B "], %[t1]\n"
#define INPUT(I)                                                                                                                                    \
  "ld %[x0], 16*" #I "(%[u])\n ld %[x1], 16*" #I "+8(%[u])\n lh %[w0], 2*" #I "(%[v])\n lh %[w1], 2*" #I "+8(%[v])\n" CHANNEL(w0, 0, 1, 2 * I + 16) \
      CHANNEL(w1, 2, 3, 2 * I + 24) CHANNEL(w0, 4, 5, 2 * I + 32) CHANNEL(w1, 6, 7, 2 * I + 40) CHANNEL(w0, 8, 9, 2 * I + 48)                       \
          CHANNEL(w1, 10, 11, 2 * I + 56) LAST_CHANNEL(w0, 12, 13) LAST_CHANNEL(w1, 14, 15)
#define ZERO(A) "li %[a" #A "], 0\n"
#define SUM(A) [a##A] "=&r"(a[A])

/// Sums a[2 * channel + pair] of up to SUMMED inputs.
FACET_INLINE void sum(const int64_t *u, const int16_t *v, ptrdiff_t step, ptrdiff_t fours, int64_t a[16]) {
  const int16_t *end = v + step / 2 * fours;
  int64_t x0, x1, w0, w1, t0, t1;
  __asm__(ZERO(0) ZERO(1) ZERO(2) ZERO(3) ZERO(4) ZERO(5) ZERO(6) ZERO(7) ZERO(8) ZERO(9) ZERO(10) ZERO(11) ZERO(12) ZERO(13) ZERO(14)
              ZERO(15) "0:\n" INPUT(0) INPUT(1) INPUT(2) INPUT(3) "add %[v], %[v], %[step]\n add %[u], %[u], %[step]\n bne %[v], %[end], 0b\n"
          : SUM(0), SUM(1), SUM(2), SUM(3), SUM(4), SUM(5), SUM(6), SUM(7), SUM(8), SUM(9), SUM(10), SUM(11), SUM(12), SUM(13), SUM(14),
            SUM(15), [u] "+&r"(u), [v] "+&r"(v), [x0] "=&r"(x0), [x1] "=&r"(x1), [w0] "=&r"(w0), [w1] "=&r"(w1), [t0] "=&r"(t0), [t1] "=&r"(t1)
          : [step] "r"(step), [end] "r"(end)
          : "memory");
}

/// Two pairs of tiles by 8 output channels: one multiplication and one addition make the products of a pair.
void facet_winograd_products(const void *u, const int16_t *v, int32_t inputs, int32_t positions, int32_t *sums) {
  const ptrdiff_t step = (ptrdiff_t)positions * 64;
  for (int32_t p = 0; p < positions; p++, sums += 32)
    for (int32_t i = 0; i < inputs; i += SUMMED) {
      const ptrdiff_t from = step * (i / 4) + 64 * p;
      int64_t a[16];
      sum(facet_at(u, from), v + from / 2, step, (inputs - i < SUMMED ? inputs - i : SUMMED) / 4, a);
      FACET_UNROLLED_FOR(int32_t j = 0; j < 16; j++) {
        int32_t *to = sums + j % 2 * 16 + j / 2;
        const int32_t low = (int32_t)a[j], high = (int32_t)((a[j] + 0x80000000) >> 32);
        to[0] = i ? (int32_t)((uint32_t)to[0] + (uint32_t)low) : low;
        to[8] = i ? (int32_t)((uint32_t)to[8] + (uint32_t)high) : high;
      }
    }
}
#endif
