/// Sums whose results are a function's, on 64-bit RISC-V: what its kernels hand to the one place that computes functions, with vectors and without.
#ifndef FACET_SUMS_RISCV_H
#define FACET_SUMS_RISCV_H
#include "facet_internal.h"

#pragma GCC visibility push(hidden)

/// Sums of some pixels, each a line of channels, and where their results go.
typedef struct {
  const void *sums;
  ptrdiff_t step;             ///< numbers from one line to the next
  uintptr_t output, residual; ///< addresses that those below count from, of the first channel
  const ptrdiff_t *outputs, *residuals;
  int32_t first;         ///< index of the first channel in the per-channel arrays
  int32_t count, pixels; ///< channels, lines
} facet_sums_riscv;

#pragma GCC visibility pop

#endif
