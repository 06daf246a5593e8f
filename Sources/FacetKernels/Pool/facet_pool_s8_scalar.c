#define FACET_SMALL_ON_ARM
#include "facet_small.h"
#include "facet_average_pool_s8_body.h"
#include "facet_max_pool_body.h"

/// Max pooling, int8.
void facet_max_pool_s8_scalar(const void *arguments, int32_t y0, int32_t y1) { facet_max_pool_s8_body(arguments, y0, y1); }

/// Average pooling, int8.
void facet_average_pool_s8_scalar(const void *arguments, int32_t y0, int32_t y1) { facet_average_pool_s8_body(arguments, y0, y1); }
#include "facet_small_end.h"
