#if defined(__aarch64__)
#include "facet_vector_f64_neon.h"
#include "facet_function_f32_vector.h"

/// Functions of e^x, float32.
void facet_function_f32_8_neon(const void *arguments, int32_t y0, int32_t y1) { facet_wide_functions(arguments, y0, y1); }
#endif
