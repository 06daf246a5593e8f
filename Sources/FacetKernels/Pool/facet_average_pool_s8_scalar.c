#include "facet_average_pool_s8_body.h"

/// Average pooling, int8.
void facet_average_pool_s8_scalar(const facet_pool *a, int32_t y0, int32_t y1) { facet_average_pool_s8_body(a, y0, y1); }
