/// Which functions of one number kernels compute in vectors of binary64.
#ifndef FACET_FUNCTION_IS_WIDE_H
#define FACET_FUNCTION_IS_WIDE_H
#include "facet_internal.h"

FACET_INLINE int32_t facet_function_is_wide(const facet_unary *a) {
  const uint32_t wide = 1u << FACET_EXPONENTIAL | 1u << FACET_TANH | 1u << FACET_ELU | 1u << FACET_SELU | 1u << FACET_SWISH | 1u << FACET_MISH |
                        1u << FACET_GELU | 1u << FACET_GELU_TANH;
  return (int32_t)(wide >> a->function & 1);
}

#endif
