/// The table of the CPU that this is compiled for: `#include FACET_THIS_CPU`.
#ifndef FACET_THIS_CPU_H
#define FACET_THIS_CPU_H

#if defined(__x86_64__)
#define FACET_THIS_CPU "Levels/x86_64.inc"
#elif defined(__aarch64__)
#define FACET_THIS_CPU "Levels/aarch64.inc"
#elif defined(__arm__)
#define FACET_THIS_CPU "Levels/armv7.inc"
#elif defined(__riscv) && __riscv_xlen == 64
#define FACET_THIS_CPU "Levels/riscv64.inc"
#else
#error "make a table of this CPU's levels and kernels in Levels"
#endif

#endif
