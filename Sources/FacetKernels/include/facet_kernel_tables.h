/// The tables of levels and kernels of every CPU, in words: for lists on a workstation. Board builds leave them out.
#ifndef FACET_KERNEL_TABLES_H
#define FACET_KERNEL_TABLES_H
#include "facet_kernels.h"
#include <stddef.h>
#include <stdint.h>

// Hidden from what a program exports: no part of the C interface.
#pragma GCC visibility push(hidden)

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  const char *name;
  uint32_t needs, uses; ///< bits that a CPU of this level has, and that its kernels may use (facet_cpu.h)
  const char *words;
} facet_listed_level;

/// A bit that a level's kernels may use where the CPU has it.
typedef struct {
  uint32_t bit;
  const char *words;
} facet_listed_feature;

typedef struct {
  const char *operation; ///< in capitals
  uint16_t number;       ///< a `facet_operation`
  int32_t (*fits)(const void *arguments); ///< the condition; NULL where it takes all
  size_t (*scratch)(const void *arguments); ///< bytes that it needs in each thread; NULL for none
  uint32_t needs;
  const char *condition; ///< in words; "" where it takes all arguments of its operation
  const char *layout;    ///< of the weights, in words; "" where it has none
  const char *name;
} facet_listed_kernel;

typedef struct {
  const char *cpu; ///< "x86_64", "aarch64", "armv7", "riscv64"
  const facet_listed_level *levels; ///< the lowest first
  size_t level_count;
  const facet_listed_feature *features;
  size_t feature_count;
  const facet_listed_kernel *kernels; ///< for each operation in the order in which they are tried
  size_t kernel_count;
} facet_cpu_table;

/// One for each CPU.
const facet_cpu_table *const *facet_cpu_tables(size_t *count);
/// As `facet_find_kernel`, on a CPU of that table: what would run there.
const facet_listed_kernel *facet_find_listed_kernel(const facet_cpu_table *cpu, facet_operation operation, uint32_t features, const void *arguments);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
