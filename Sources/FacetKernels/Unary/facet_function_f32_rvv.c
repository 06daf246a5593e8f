#if defined(__riscv) && __riscv_xlen == 64
#pragma clang attribute push(__attribute__((target("arch=+v"))), apply_to = function)
#include "facet_vector_f64_rvv.h"
#include "facet_function_f32_vector.h"

/// Functions of e^x, float32.
void facet_function_f32_rvv(const void *arguments, int32_t y0, int32_t y1) { facet_wide_functions(arguments, y0, y1); }
#pragma clang attribute pop
#endif
