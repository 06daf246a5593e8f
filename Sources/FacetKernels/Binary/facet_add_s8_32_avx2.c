#if defined(__x86_64__)
#include "facet_internal.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "facet_binary_s8_avx2.h"

/// Sum of two tensors, int8, without scores: 32 channels at a time.
void facet_add_s8_32_avx2(const facet_binary *a, int32_t y0, int32_t y1) { facet_binary_s8_vectors(a, y0, y1, 0); }
#pragma clang attribute pop
#endif
