#if defined(__aarch64__)
#include "facet_vector_f32_neon.h"
#include "facet_pool_f32_vector.h"

/// Max pooling, float32.
void facet_max_pool_f32_neon(const void *arguments, int32_t y0, int32_t y1) { facet_pool_f32_vectors(arguments, y0, y1, 0); }

/// Average pooling, float32.
void facet_average_pool_f32_neon(const void *arguments, int32_t y0, int32_t y1) { facet_pool_f32_vectors(arguments, y0, y1, 1); }
#endif
