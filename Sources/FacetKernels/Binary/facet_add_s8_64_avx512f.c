#if defined(__x86_64__)
#include "facet_internal.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)
#include "facet_binary_s8_avx512.h"

/// Sum of two tensors, int8: stored unsigned, 64 channels at a time, of which none is repeated.
void facet_add_s8_64_avx512f(const facet_binary *a, int32_t y0, int32_t y1) { facet_binary_s8_64(a, y0, y1, 0); }
#pragma clang attribute pop
#endif
