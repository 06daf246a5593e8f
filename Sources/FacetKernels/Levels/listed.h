/// The table of one CPU in words, in a file of its own, because conditions and scratch are those of that CPU: FACET_LISTED is its name,
/// FACET_LISTED_TABLE its file; FACET_TABLE was set before any header was read.
#include "../facet_kernel_tables_internal.h"
#include "fits.h"

#define FACET_CONDITION(name, type, expression, words) static __attribute__((unused)) const char facet_condition_##name[] = words;
#include "conditions.inc"
static const char facet_condition_always[] = "";

#define FACET_LAYOUT(name, words) static __attribute__((unused)) const char facet_layout_##name[] = words;
#include "layouts.inc"

#define FACET_LEVEL(name_, needs_, uses_, words_) {.name = #name_, .needs = needs_, .uses = uses_, .words = words_},
static const facet_listed_level levels[] = {
#include FACET_LISTED_TABLE
};
#undef FACET_LEVEL
#undef FACET_FEATURE
#undef FACET_KERNEL
#undef FACET_SCRATCH_KERNEL

#define FACET_FEATURE(bit_, words_) {.bit = bit_, .words = words_},
static const facet_listed_feature features[] = {
#include FACET_LISTED_TABLE
};
#undef FACET_LEVEL
#undef FACET_FEATURE
#undef FACET_KERNEL
#undef FACET_SCRATCH_KERNEL

#define FACET_KERNEL(operation_, needs_, condition_, shares, layout_, function) \
  FACET_LISTED_KERNEL(operation_, needs_, condition_, layout_, function, NULL)
#define FACET_SCRATCH_KERNEL(operation_, needs_, condition_, shares, layout_, function, scratch_) \
  FACET_LISTED_KERNEL(operation_, needs_, condition_, layout_, function, facet_scratch_##scratch_)
#define FACET_LISTED_KERNEL(operation_, needs_, condition_, layout_, function, scratch_) \
  {.operation = #operation_,                                                             \
   .number = FACET_##operation_,                                                         \
   .fits = facet_fits_##condition_,                                                      \
   .scratch = scratch_,                                                                  \
   .needs = needs_,                                                                      \
   .condition = facet_condition_##condition_,                                            \
   .layout = facet_layout_##layout_,                                                     \
   .name = #function},
static const facet_listed_kernel kernels[] = {
#include FACET_LISTED_TABLE
#include "scalar.inc"
};
#undef FACET_LEVEL
#undef FACET_FEATURE
#undef FACET_KERNEL
#undef FACET_SCRATCH_KERNEL
#undef FACET_LISTED_KERNEL

#define FACET_COUNT(array) (sizeof(array) / sizeof(array)[0])
#define FACET_NAME_OF(name) #name
#define FACET_NAME(name) FACET_NAME_OF(name)
#define FACET_TABLE_OF_NAMED(name) facet_cpu_table_##name
#define FACET_TABLE_OF(name) FACET_TABLE_OF_NAMED(name)

const facet_cpu_table FACET_TABLE_OF(FACET_LISTED) = {FACET_NAME(FACET_LISTED), levels,  FACET_COUNT(levels), features,
                                                      FACET_COUNT(features),    kernels, FACET_COUNT(kernels)};
