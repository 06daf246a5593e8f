/// What the CPU has beyond what every program of its architecture may use. A file for each architecture looks it up.
#ifndef FACET_CPU_H
#define FACET_CPU_H
#include <stdint.h>

// Hidden from what a program exports: no part of the C interface.
#pragma GCC visibility push(hidden)

#ifdef __cplusplus
extern "C" {
#endif

/// Instruction sets, as bits: what kernels need. Each architecture counts for itself.
enum {
  // x86-64
  FACET_AVX2 = 1,
  FACET_AVXVNNI = 2,    ///< 256-bit dot products
  FACET_AVX512VNNI = 4, ///< AVX-512 F, BW, VL, VNNI
  FACET_AVX512VBMI = 8,
  FACET_FMA = 16, ///< and AVX
  // ARM
  FACET_NEON = 1,    ///< vectors of 128 bits; 32-bit: with fused multiply-add (VFPv4)
  FACET_DOTPROD = 2, ///< sdot, udot
  FACET_I8MM = 4,    ///< smmla
  /// 64-bit: no instructions of its own, but a core that runs them in their order (Cortex-A53, A55), where the order is the speed
  FACET_IN_ORDER = 8,
  FACET_ORDER_PAYS = 16, ///< and a board has measured that such an order is faster on this core (in_order_cores.inc)
  // RISC-V
  FACET_RVV = 1, ///< vectors, version 1.0
};

/// The bits of this CPU that its operating system also saves. It takes long where cpuid is emulated: ask once a session.
uint32_t facet_cpu_features(void);

/// Of the features of a CPU those that are used where nobody asks for a level: all but an order of instructions that no board has measured as faster.
uint32_t facet_cpu_preferred(uint32_t features);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
