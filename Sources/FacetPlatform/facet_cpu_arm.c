#if defined(__aarch64__) || defined(__arm__)
#include "facet_cpu.h"
#include <sys/auxv.h>

// Bits of Linux's ELF hardware capabilities (arch/arm64/include/uapi/asm/hwcap.h, arch/arm/include/uapi/asm/hwcap.h).
#if defined(__aarch64__)
enum { ASIMD = 1 << 1, CPUID = 1 << 11, ASIMDDP = 1 << 20, I8MM = 1 << 13 };

/// FACET_IN_ORDER where the core that this runs on is one of Arm's that run instructions in their order, FACET_ORDER_PAYS too where a board has
/// measured that its own order is faster. Where cores differ, another may run the kernels, which then are slower, but not wrong.
static uint32_t order_of_core(void) {
  uint64_t id; // with CPUID the kernel answers for what a program may not read
  __asm__("mrs %0, MIDR_EL1" : "=r"(id));
#define FACET_IN_ORDER_CORE(part, plain, ordered, where) {part, ordered > 0 && ordered < plain},
  static const struct {
    uint16_t part, pays;
  } cores[] = {
#include "in_order_cores.inc"
  };
  for (uint32_t i = 0; i < sizeof cores / sizeof cores[0]; i++)
    if (id >> 24 == 0x41 && (id >> 4 & 0xfff) == cores[i].part) return FACET_IN_ORDER | (cores[i].pays ? FACET_ORDER_PAYS : 0);
  return 0;
}

uint32_t facet_cpu_features(void) {
  const unsigned long first = getauxval(AT_HWCAP), second = getauxval(AT_HWCAP2);
  if (!(first & ASIMD)) return 0;
  uint32_t features = FACET_NEON;
  if (first & ASIMDDP) features |= FACET_DOTPROD;
  if (second & I8MM) features |= FACET_I8MM;
  if (first & CPUID) features |= order_of_core();
  return features;
}

uint32_t facet_cpu_preferred(uint32_t features) { return features & FACET_ORDER_PAYS ? features : features & ~(uint32_t)FACET_IN_ORDER; }
#else
enum { NEON = 1 << 12, VFPV4 = 1 << 16 };

uint32_t facet_cpu_features(void) {
  const unsigned long has = getauxval(AT_HWCAP);
  return (has & NEON) && (has & VFPV4) ? FACET_NEON : 0;
}

uint32_t facet_cpu_preferred(uint32_t features) { return features; }
#endif
#endif
