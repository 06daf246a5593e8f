#if defined(__aarch64__)
#include "facet_vector_f32_neon.h"
#include "facet_binary_f32_vector.h"

/// Sum of two tensors, float32.
void facet_add_f32_neon(const void *arguments, int32_t y0, int32_t y1) { facet_binary_f32_vectors(arguments, y0, y1, 0); }

/// Product of two tensors, float32.
void facet_multiply_f32_neon(const void *arguments, int32_t y0, int32_t y1) { facet_binary_f32_vectors(arguments, y0, y1, 1); }
#endif
