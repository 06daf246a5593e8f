/// The tables of all CPUs, each in a file of its own.
#ifndef FACET_KERNEL_TABLES_INTERNAL_H
#define FACET_KERNEL_TABLES_INTERNAL_H
#include "facet_cpu.h"
#include "facet_kernel_tables.h"

#pragma GCC visibility push(hidden)
extern const facet_cpu_table facet_cpu_table_x86_64, facet_cpu_table_aarch64, facet_cpu_table_armv7, facet_cpu_table_riscv64;
#pragma GCC visibility pop

#endif
