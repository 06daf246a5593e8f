/// The widest multiply-accumulate instructions of each kernel level, by architecture.
#ifndef FACET_MACHINE_LIMITS_INTERNAL_H
#define FACET_MACHINE_LIMITS_INTERNAL_H
#include "facet_machine_limits.h"

/// How often a burst repeats its twelve instructions, which do not depend on each other.
enum { FACET_BURST_CHAINS = 12, FACET_BURST_REPEATS = 20000 };

typedef struct {
  const char *level;                ///< as `--isa` names it
  void (*int8_burst)(void);
  double int8_each;                 ///< multiply-accumulates of one instruction
  void (*float32_burst)(void);
  double float32_each;
} facet_level_peaks;

/// Of this architecture; the last one's level is NULL.
extern const facet_level_peaks facet_peaks_of_levels[];

#endif
