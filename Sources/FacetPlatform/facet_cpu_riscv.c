#if defined(__riscv)
#include "facet_cpu.h"

/// No kernel asks for more than what the engine's build names (`cFlags` of a board).
uint32_t facet_cpu_features(void) { return 0; }
#endif
