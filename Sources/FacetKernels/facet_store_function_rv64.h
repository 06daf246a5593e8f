/// Functions behind int8 layers on 64-bit RISC-V without vectors.
#ifndef FACET_STORE_FUNCTION_RV64_H
#define FACET_STORE_FUNCTION_RV64_H
#include "facet_store_s8_rv64.h"
#include "facet_sums_riscv.h"

#pragma GCC visibility push(hidden)

/// A layer with its pieces in the form that takes fewest instructions: w is the upper half of `start` + `slope` * (v + 32768), in 32 bits.
typedef struct {
  facet_conv c;
  struct {
    int32_t start, slope;
  } pieces[FACET_PIECES];
} facet_function_rv64;

/// The layer; where it has a function, in `room`, whence what follows takes its pieces.
const facet_conv *facet_with_function_rv64(const facet_conv *c, facet_function_rv64 *room);

/// Sums to the results of a function.
void facet_store_function_rv64(const facet_conv *c, const facet_sums_riscv *s);

/// The same for one channel's sums of `rows` rows of `columns` pixels, without a residual.
void facet_store_channel_function_rv64(const facet_conv *c, const uint32_t *sums, int32_t channel, int32_t rows, int32_t columns, uint8_t *output);

#pragma GCC visibility pop

#endif
