/// The CPU whose conditions and scratch a file computes: the one that it is compiled for, or one of those whose tables a workstation lists, where
/// FACET_TABLE names it.
#ifndef FACET_TABLE_FOR_H
#define FACET_TABLE_FOR_H

#define FACET_TABLE_X86_64 1
#define FACET_TABLE_AARCH64 2
#define FACET_TABLE_ARMV7 3
#define FACET_TABLE_RISCV64 4

#ifndef FACET_TABLE
#if defined(__aarch64__)
#define FACET_TABLE FACET_TABLE_AARCH64
#elif defined(__arm__)
#define FACET_TABLE FACET_TABLE_ARMV7
#elif defined(__riscv)
#define FACET_TABLE FACET_TABLE_RISCV64
#else
#define FACET_TABLE FACET_TABLE_X86_64
#endif
#endif

#endif
