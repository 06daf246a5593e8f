// What the reader of a CPU's table has not asked for is nothing. No include guard: tables are read several times.
#ifndef FACET_LEVEL
#define FACET_LEVEL(name, needs, uses, words)
#endif
#ifndef FACET_FEATURE
#define FACET_FEATURE(bit, words)
#endif
#ifndef FACET_KERNEL
#define FACET_KERNEL(operation, needs, condition, shares, layout, function)
#endif
#ifndef FACET_SCRATCH_KERNEL
#define FACET_SCRATCH_KERNEL(operation, needs, condition, shares, layout, function, scratch) \
  FACET_KERNEL(operation, needs, condition, shares, layout, function)
#endif
