/// The conditions and the scratch of the tables as functions, `facet_fits_NAME` and `facet_scratch_NAME`, in each file that includes this.
#include "Convolution/facet_conv_s8_matrix.h"
#include "Convolution/facet_conv_s8_packed.h"
#include "Convolution/facet_conv_windows.h"
#include "Convolution/facet_conv_winograd.h"
#include "Depthwise/facet_depthwise_quads.h"
#include "Depthwise/facet_depthwise_taps.h"
#include "Unary/facet_function_is_wide.h"

#define FACET_CONDITION(name, type, expression, words)                              \
  static __attribute__((unused)) int32_t facet_fits_##name(const void *arguments) { \
    const type *a = arguments;                                                      \
    return expression;                                                              \
  }
#include "Levels/conditions.inc"
#define facet_fits_always NULL
#undef FACET_CONDITION

#define FACET_SCRATCH(name, type, bytes)                                              \
  static __attribute__((unused)) size_t facet_scratch_##name(const void *arguments) { \
    const type *a = arguments;                                                        \
    return bytes;                                                                     \
  }
#include "Levels/scratch.inc"
#undef FACET_SCRATCH
