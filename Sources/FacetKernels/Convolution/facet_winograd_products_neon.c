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
void facet_winograd_products_neon(const int16_t *u, const int16_t *v, int32_t inputs, int32_t positions, int32_t *sums) {
  const ptrdiff_t u_step = (ptrdiff_t)positions * 64, v_step = (ptrdiff_t)positions * 256;
  for (int32_t p = 0; p < positions; p++, u += 32, v += 128, sums += 64) {
    const int16_t *at_u = u, *at_v = v;
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
#endif
