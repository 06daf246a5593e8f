#include "facet_cpu.h"

#include "Levels/fits.h"

#define FACET_KERNEL(operation_, needs_, condition, shares, layout_, function) \
  FACET_KERNEL_OF(operation_, needs_, condition, shares, layout_, function, NULL)
#undef FACET_SCRATCH_KERNEL
#define FACET_SCRATCH_KERNEL(operation_, needs_, condition, shares, layout_, function, scratch_) \
  FACET_KERNEL_OF(operation_, needs_, condition, shares, layout_, function, facet_scratch_##scratch_)
#define FACET_KERNEL_OF(operation_, needs_, condition, shares, layout_, function, scratch_) \
  {.operation = FACET_##operation_,                                                         \
   .layout = FACET_LAYOUT_##layout_,                                                        \
   .needs = needs_,                                                                         \
   .name = #function,                                                                       \
   .fits = facet_fits_##condition,                                                          \
   .scratch = scratch_,                                                                     \
   .run = {.shares = facet_##function}},

/// Those of this CPU, then the scalar ones: within an operation the first that the CPU has and that fits is taken.
static const facet_kernel kernels[] = {
#include FACET_THIS_CPU
#include "Levels/scalar.inc"
};

const facet_kernel *facet_kernel_list(size_t *count) {
  *count = sizeof kernels / sizeof kernels[0];
  return kernels;
}

const facet_kernel *facet_find_kernel(facet_operation operation, uint32_t features, const void *arguments) {
  const facet_kernel *k = kernels;
  while (k->operation != operation || (k->needs & ~features) || (k->fits && !k->fits(arguments))) k++;
  return k;
}

size_t facet_kernel_scratch(const facet_kernel *kernel, const void *arguments) {
  return kernel->scratch ? (kernel->scratch(arguments) + 63) / 64 * 64 : 0;
}
