#if defined(__aarch64__)
#include "facet_conv_winograd.h"

// clang-format off
// v16 + 4 t + g: sums of tile t with output channels 4 g to 4 g + 3. v0 to v3: 8 inputs of each tile. V: weights of 4 output channels and two inputs,
// I and J of the 8.
#define PRODUCTS(MULL, V, A0, A1, A2, A3, I, J)                                                                          \
  MULL " v" #A0 ".4s, v" #V ".4h, v0.h[" #I "]\n " MULL " v" #A1 ".4s, v" #V ".4h, v1.h[" #I "]\n "                      \
  MULL " v" #A2 ".4s, v" #V ".4h, v2.h[" #I "]\n " MULL " v" #A3 ".4s, v" #V ".4h, v3.h[" #I "]\n "                      \
  "smlal2 v" #A0 ".4s, v" #V ".8h, v0.h[" #J "]\n smlal2 v" #A1 ".4s, v" #V ".8h, v1.h[" #J "]\n"                        \
  "smlal2 v" #A2 ".4s, v" #V ".8h, v2.h[" #J "]\n smlal2 v" #A3 ".4s, v" #V ".8h, v3.h[" #J "]\n"
#define FOUR_INPUTS(MULL, I, J, K, L)                                                                                    \
  PRODUCTS(MULL, 4, 16, 20, 24, 28, I, J) PRODUCTS("smlal", 5, 16, 20, 24, 28, K, L)                                     \
  "ld1 {v8.8h-v11.8h}, [%[v]], %[last" #I "]\n"                                                                          \
  PRODUCTS(MULL, 6, 17, 21, 25, 29, I, J) PRODUCTS("smlal", 7, 17, 21, 25, 29, K, L)                                     \
  PRODUCTS(MULL, 8, 18, 22, 26, 30, I, J) PRODUCTS("smlal", 9, 18, 22, 26, 30, K, L)                                     \
  PRODUCTS(MULL, 10, 19, 23, 27, 31, I, J) PRODUCTS("smlal", 11, 19, 23, 27, 31, K, L)
#define EIGHT_INPUTS(MULL)                                                                                               \
  "ld1 {v0.8h-v3.8h}, [%[u]], %[u_step]\n ld1 {v4.8h-v7.8h}, [%[v]], #64\n" FOUR_INPUTS(MULL, 0, 1, 2, 3)                \
  "ld1 {v4.8h-v7.8h}, [%[v]], #64\n" FOUR_INPUTS("smlal", 4, 5, 6, 7)

/// 4 tiles by 16 output channels at a time, 16 accumulators, products by element.
void facet_winograd_products(const void *u, const int16_t *v, int32_t inputs, int32_t positions, int32_t *sums) {
  const ptrdiff_t u_step = (ptrdiff_t)positions * 64, v_step = (ptrdiff_t)positions * 256;
  for (int32_t p = 0; p < positions; p++, v += 128, sums += 64) {
    const int16_t *at_u = (const int16_t *)u + 32 * p, *at_v = v;
    int32_t left = inputs - 8;
    __asm__ volatile(
        EIGHT_INPUTS("smull")
        "cbz %w[left], 2f\n"
        "1:\n" EIGHT_INPUTS("smlal")
        "subs %w[left], %w[left], #8\n b.ne 1b\n"
        "2:\n"
        "stp q16, q17, [%[sums]]\n stp q18, q19, [%[sums], #32]\n stp q20, q21, [%[sums], #64]\n stp q22, q23, [%[sums], #96]\n"
        "stp q24, q25, [%[sums], #128]\n stp q26, q27, [%[sums], #160]\n stp q28, q29, [%[sums], #192]\n stp q30, q31, [%[sums], #224]\n"
        : [u] "+r"(at_u), [v] "+r"(at_v), [left] "+r"(left)
        : [sums] "r"(sums), [u_step] "r"(u_step), [last0] "r"((ptrdiff_t)64), [last4] "r"(v_step - 192)
        : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24",
          "v25", "v26", "v27", "v28", "v29", "v30", "v31", "cc", "memory");
  }
}
// clang-format on
#elif defined(__arm__)
#include "facet_conv_winograd.h"

// clang-format off
// q8 + 2 t, q9 + 2 t: sums of tile t with 8 output channels. d0 + 2 t, d1 + 2 t: 8 inputs of the tile. d8 to d15: weights of 4 inputs. Of input I,
// which is in d registers T0 to T3 of the tiles and whose weights are in V and W:
#define PRODUCTS(MULL, I, V, W, T0, T1, T2, T3)                                                                          \
  MULL ".s16 q8, d" #V ", d" #T0 "[" #I "]\n " MULL ".s16 q9, d" #W ", d" #T0 "[" #I "]\n "                             \
  MULL ".s16 q10, d" #V ", d" #T1 "[" #I "]\n " MULL ".s16 q11, d" #W ", d" #T1 "[" #I "]\n "                           \
  MULL ".s16 q12, d" #V ", d" #T2 "[" #I "]\n " MULL ".s16 q13, d" #W ", d" #T2 "[" #I "]\n "                           \
  MULL ".s16 q14, d" #V ", d" #T3 "[" #I "]\n " MULL ".s16 q15, d" #W ", d" #T3 "[" #I "]\n "
#define FOUR_INPUTS(MULL, T0, T1, T2, T3)                                                                                \
  "vldmia %[v]!, {d8-d15}\n" PRODUCTS(MULL, 0, 8, 9, T0, T1, T2, T3) PRODUCTS("vmlal", 1, 10, 11, T0, T1, T2, T3)        \
  PRODUCTS("vmlal", 2, 12, 13, T0, T1, T2, T3) PRODUCTS("vmlal", 3, 14, 15, T0, T1, T2, T3)
#define EIGHT_INPUTS(MULL) "vldmia %[u]!, {d0-d7}\n" FOUR_INPUTS(MULL, 0, 2, 4, 6) FOUR_INPUTS("vmlal", 1, 3, 5, 7)

/// 4 tiles by 8 output channels at a time, 8 accumulators, products by element.
void facet_winograd_products(const void *u, const int16_t *v, int32_t inputs, int32_t positions, int32_t *sums) {
  int32_t left;
  __asm__ volatile(
      "1:\n" EIGHT_INPUTS("vmull")
      "subs %[left], %[inputs], #8\n beq 3f\n"
      "2:\n" EIGHT_INPUTS("vmlal")
      "subs %[left], %[left], #8\n bne 2b\n"
      "3: vstmia %[sums]!, {d16-d31}\n"
      "subs %[positions], %[positions], #1\n bne 1b\n"
      : [u] "+r"(u), [v] "+r"(v), [left] "=&r"(left), [positions] "+r"(positions), [sums] "+r"(sums)
      : [inputs] "r"(inputs)
      : "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11", "q12", "q13", "q14", "q15", "cc", "memory");
}
// clang-format on
#endif
