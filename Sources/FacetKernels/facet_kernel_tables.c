#ifndef FACET_BOARD
#include "facet_kernel_tables_internal.h"

const facet_listed_kernel *facet_find_listed_kernel(const facet_cpu_table *cpu, facet_operation operation, uint32_t features, const void *arguments) {
  const facet_listed_kernel *k = cpu->kernels;
  while (k->number != operation || (k->needs & ~features) || (k->fits && !k->fits(arguments))) k++;
  return k;
}

const facet_cpu_table *const *facet_cpu_tables(size_t *count) {
  static const facet_cpu_table *const tables[] = {&facet_cpu_table_x86_64, &facet_cpu_table_aarch64, &facet_cpu_table_armv7,
                                                  &facet_cpu_table_riscv64};
  *count = sizeof tables / sizeof tables[0];
  return tables;
}
#endif
