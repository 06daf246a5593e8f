/// Sums whose results are a function's, on 64-bit RISC-V: what its kernels hand to the one place that computes functions, with vectors and without.
#ifndef FACET_SUMS_RISCV_H
#define FACET_SUMS_RISCV_H
#include "facet_internal.h"

#pragma GCC visibility push(hidden)

/// Sums of some pixels, each a line of channels, and where their results go.
typedef struct {
  const void *sums;
  ptrdiff_t step;                  ///< numbers from one line to the next
  uintptr_t output, residual;      ///< addresses, of the first channel, that those of lines count from
  const void *outputs, *residuals; ///< of each line a ptrdiff_t or a pointer
  int32_t first;                   ///< index of the first channel in the per-channel arrays
  int32_t count, pixels;           ///< channels, lines
} facet_sums_riscv;

/// Line `i` of `outputs` or `residuals`, counted from `base`.
FACET_INLINE void *facet_line_at(uintptr_t base, const void *lines, int32_t i) {
  uintptr_t n;
  memcpy(&n, (const uintptr_t *)lines + i, sizeof n);
  return (void *)(base + n);
}

/// Sums to the results of the layer's function, with vectors: at most as many channels as eight registers have room for.
void facet_store_function_rvv(const facet_conv *c, const facet_sums_riscv *s);

#pragma GCC visibility pop

#endif
