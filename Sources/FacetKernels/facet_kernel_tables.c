#ifndef FACET_BOARD
#include "facet_kernel_tables.h"
#include "facet_cpu.h"
#include "Levels/fits.h"

#define FACET_CONDITION(name, type, expression, words) static const char facet_condition_##name[] = words;
#include "Levels/conditions.inc"
static const char facet_condition_always[] = "";

#define FACET_LAYOUT(name, words) static const char facet_layout_##name[] = words;
#include "Levels/layouts.inc"

#define FACET_LISTED(part) x86_64_##part
#define FACET_LISTED_TABLE "x86_64.inc"
#include "Levels/listed.h"

#define FACET_LISTED(part) aarch64_##part
#define FACET_LISTED_TABLE "aarch64.inc"
#include "Levels/listed.h"

#define FACET_LISTED(part) armv7_##part
#define FACET_LISTED_TABLE "armv7.inc"
#include "Levels/listed.h"

#define FACET_LISTED(part) riscv64_##part
#define FACET_LISTED_TABLE "riscv64.inc"
#include "Levels/listed.h"

#define FACET_COUNT(array) (sizeof(array) / sizeof(array)[0])
#define FACET_CPU(name) \
  {#name, name##_levels, FACET_COUNT(name##_levels), name##_features, FACET_COUNT(name##_features), name##_kernels, FACET_COUNT(name##_kernels)}

const facet_listed_kernel *facet_find_listed_kernel(const facet_cpu_table *cpu, facet_operation operation, uint32_t features, const void *arguments) {
  const facet_listed_kernel *k = cpu->kernels;
  while (k->number != operation || (k->needs & ~features) || (k->fits && !k->fits(arguments))) k++;
  return k;
}

const facet_cpu_table *facet_cpu_tables(size_t *count) {
  static const facet_cpu_table tables[] = {FACET_CPU(x86_64), FACET_CPU(aarch64), FACET_CPU(armv7), FACET_CPU(riscv64)};
  *count = FACET_COUNT(tables);
  return tables;
}
#endif
