#if defined(__aarch64__)
#include "facet_conv_in_order_neon.h"
#include "facet_conv_winograd.h"

// Cycles of 8 inputs by public notes on Cortex-A53, where one smlal starts in each: 128, and in the plain order 20 loads of 128 bits: 128 + 40 = 168.
// Here 20 cycles have a LOW and a JOIN, every HIGH goes beside an smlal, and the first LOW of each half waits a cycle, for none may start four cycles
// after a multiplication: 150.

// clang-format off
// Sums are in v16 + 4 t + g as in the plain order. v4 to v11: weights of 4 output channels and two inputs each, for half of the inputs. The four
// tiles' inputs: 0 to 3 in v0 to v3, 4 to 7 in v12 to v15. All tiles by inputs I and J of a half:
#define BY(multiply, A, V, half, U, I) multiply " v" #A ".4s, v" #V "." half ", v" #U ".h[" #I "]\n"
#define TILES(V, A, B, C, D, U0, U1, U2, U3, I, J, S0, S1, S2, S3, S4, S5, S6, S7)                                            \
  BY("smlal", A, V, "4h", U0, I) S0 BY("smlal", B, V, "4h", U1, I) S1 BY("smlal", C, V, "4h", U2, I) S2                       \
  BY("smlal", D, V, "4h", U3, I) S3 BY("smlal2", A, V, "8h", U0, J) S4 BY("smlal2", B, V, "8h", U1, J) S5                     \
  BY("smlal2", C, V, "8h", U2, J) S6 BY("smlal2", D, V, "8h", U3, J) S7

#define JOIN_LOW(V, x) "ins v" #V ".d[0], " #x "\n"
#define W(at, more) "[%[w], #" #at "+" #more "]"
#define U(at, more) "[%[u], #" #at "+" #more "]"
/// Half of the inputs, in U0 to U3: from its middle on, each third multiplication has a load behind it, of v11, which this half still needs, from
/// `own` on, and for the next half of v4 to v10 from w and of N0 to N3 from u on. P0 to P5: what moves pointers.
#define HALF(U0, U1, U2, U3, N0, N1, N2, N3, own, w_at, u_at, P0, P1, P2, P3, P4, P5)                                         \
  TILES(4, 16, 20, 24, 28, U0, U1, U2, U3, 0, 1, P0, P1, P2, P3, P4, P5, NONE, NONE)                                          \
  TILES(5, 16, 20, 24, 28, U0, U1, U2, U3, 2, 3, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE)                              \
  TILES(6, 17, 21, 25, 29, U0, U1, U2, U3, 0, 1, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE)                              \
  TILES(7, 17, 21, 25, 29, U0, U1, U2, U3, 2, 3, NONE, NONE, NONE, NONE, NONE, NONE, HIGH(x9, "[" own "+8]"), NONE)           \
  TILES(8, 18, 22, 26, 30, U0, U1, U2, U3, 0, 1,                                                                              \
        NONE, LOW(11, "[" own "]") JOIN(10, x12), HIGH(x10, W(w_at, 8)), NONE, LOW(4, W(w_at, 0)) JOIN(11, x9),               \
        HIGH(x9, W(w_at, 24)), NONE, LOW(5, W(w_at, 16)) JOIN(4, x10))                                                        \
  TILES(9, 18, 22, 26, 30, U0, U1, U2, U3, 2, 3,                                                                              \
        HIGH(x10, W(w_at, 32)), NONE, LOW(N0, U(u_at, 0)) JOIN(5, x9), HIGH(x9, W(w_at, 40)), NONE,                           \
        LOW(N1, U(u_at, 16)) JOIN_LOW(6, x10), HIGH(x10, W(w_at, 48)), NONE)                                                  \
  TILES(10, 19, 23, 27, 31, U0, U1, U2, U3, 0, 1,                                                                             \
        LOW(N2, U(u_at, 32)) JOIN(6, x9), HIGH(x9, W(w_at, 56)), NONE, LOW(N3, U(u_at, 48)) JOIN_LOW(7, x10),                 \
        HIGH(x10, W(w_at, 72)), NONE, LOW(8, W(w_at, 64)) JOIN(7, x9), HIGH(x9, W(w_at, 88)))                                 \
  TILES(11, 19, 23, 27, 31, U0, U1, U2, U3, 2, 3,                                                                             \
        NONE, LOW(9, W(w_at, 80)) JOIN(8, x10), NONE, NONE, LOW(10, W(w_at, 96)) JOIN(9, x9), HIGH(x12, W(w_at, 104)), NONE, NONE)

#define ZERO(A, B, C, D) "movi v" #A ".4s, #0\n movi v" #B ".4s, #0\n movi v" #C ".4s, #0\n movi v" #D ".4s, #0\n"

/// As facet_winograd_products. Behind the inputs of a position come those of the next one; behind the last, the same ones are loaded in vain.
void facet_winograd_products_in_order(const void *u, const int16_t *w, int32_t inputs, int32_t positions, int32_t *sums) {
  const void *next_u = u;
  const int16_t *next_w = w;
  int32_t left;
  __asm__ volatile(
      "ldr d0, [%[u]]\n ldr d1, [%[u], #16]\n ldr d2, [%[u], #32]\n ldr d3, [%[u], #48]\n ld1 {v4.8h-v7.8h}, [%[w]]\n"
      "ldp q8, q9, [%[w], #64]\n ldr d10, [%[w], #96]\n ldr x12, [%[w], #104]\n"
      "1: cmp %w[positions], #1\n csel x9, %[position], xzr, hi\n add %[next_u], %[next_u], x9\n add %[next_w], %[next_w], x9, lsl #2\n"
      ZERO(16, 17, 18, 19) ZERO(20, 21, 22, 23) ZERO(24, 25, 26, 27) ZERO(28, 29, 30, 31)
      "mov %w[left], %w[inputs]\n"
      "2:\n"
      HALF(0, 1, 2, 3, 12, 13, 14, 15, "%[w], #112", 128, 8, NONE, NONE, NONE, NONE, NONE, NONE)
      HALF(12, 13, 14, 15, 0, 1, 2, 3, "x13, #240", 0, 0, "mov x13, %[w]\n", "subs %w[left], %w[left], #8\n", "add %[w], %[w], %[u_step], lsl #2\n",
           "add %[u], %[u], %[u_step]\n", "csel %[w], %[w], %[next_w], ne\n", "csel %[u], %[u], %[next_u], ne\n")
      "b.ne 2b\n"
      "stp q16, q17, [%[sums]]\n stp q18, q19, [%[sums], #32]\n stp q20, q21, [%[sums], #64]\n stp q22, q23, [%[sums], #96]\n"
      "stp q24, q25, [%[sums], #128]\n stp q26, q27, [%[sums], #160]\n stp q28, q29, [%[sums], #192]\n stp q30, q31, [%[sums], #224]\n"
      "add %[sums], %[sums], #256\n subs %w[positions], %w[positions], #1\n b.ne 1b\n"
      : [u] "+r"(u), [w] "+r"(w), [next_u] "+r"(next_u), [next_w] "+r"(next_w), [left] "=&r"(left), [positions] "+r"(positions), [sums] "+r"(sums)
      : [inputs] "r"(inputs), [u_step] "r"((ptrdiff_t)positions * 64), [position] "r"((ptrdiff_t)64)
      : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20",
        "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31", "x9", "x10", "x12", "x13", "cc", "memory");
}
// clang-format on
#endif
