#include "facet_max_pool_body.h"

/// Max pooling, float32.
void facet_max_pool_f32_scalar(const facet_pool *a, int32_t y0, int32_t y1) { facet_max_pool_f32_body(a, y0, y1); }
