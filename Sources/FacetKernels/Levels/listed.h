/// The table of one CPU in words: the arrays FACET_LISTED(levels), FACET_LISTED(features) and FACET_LISTED(kernels) of FACET_LISTED_TABLE. Read
/// once for each CPU, so without an include guard.

#define FACET_LEVEL(name_, needs_, uses_, words_) {.name = #name_, .needs = needs_, .uses = uses_, .words = words_},
static const facet_listed_level FACET_LISTED(levels)[] = {
#include FACET_LISTED_TABLE
};
#undef FACET_LEVEL
#undef FACET_FEATURE
#undef FACET_KERNEL
#undef FACET_SCRATCH_KERNEL

#define FACET_FEATURE(bit_, words_) {.bit = bit_, .words = words_},
static const facet_listed_feature FACET_LISTED(features)[] = {
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
static const facet_listed_kernel FACET_LISTED(kernels)[] = {
#include FACET_LISTED_TABLE
#include "scalar.inc"
};
#undef FACET_LEVEL
#undef FACET_FEATURE
#undef FACET_KERNEL
#undef FACET_SCRATCH_KERNEL
#undef FACET_LISTED_KERNEL

#undef FACET_LISTED
#undef FACET_LISTED_TABLE
