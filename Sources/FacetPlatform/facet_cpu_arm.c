#if defined(__aarch64__) || defined(__arm__)
#include "facet_cpu.h"
#include <sys/auxv.h>

// Bits of Linux's ELF hardware capabilities (arch/arm64/include/uapi/asm/hwcap.h, arch/arm/include/uapi/asm/hwcap.h).
#if defined(__aarch64__)
enum { ASIMD = 1 << 1, CPUID = 1 << 11, ASIMDDP = 1 << 20, I8MM = 1 << 13 };

/// Whether the core that this runs on is one of Arm's that run instructions in their order. Where cores differ, another may run the kernels, which
/// then are slower, but not wrong.
static int32_t is_in_order(void) {
  uint64_t id; // with CPUID the kernel answers for what a program may not read
  __asm__("mrs %0, MIDR_EL1" : "=r"(id));
  static const uint16_t parts[] = {0xd03, 0xd04, 0xd05, 0xd46, 0xd80}; // Cortex-A53, A35, A55, A510, A520
  for (uint32_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
    if (id >> 24 == 0x41 && (id >> 4 & 0xfff) == parts[i]) return 1;
  return 0;
}

uint32_t facet_cpu_features(void) {
  const unsigned long first = getauxval(AT_HWCAP), second = getauxval(AT_HWCAP2);
  if (!(first & ASIMD)) return 0;
  uint32_t features = FACET_NEON;
  if (first & ASIMDDP) features |= FACET_DOTPROD;
  if (second & I8MM) features |= FACET_I8MM;
  if ((first & CPUID) && is_in_order()) features |= FACET_IN_ORDER;
  return features;
}
#else
enum { NEON = 1 << 12, VFPV4 = 1 << 16 };

uint32_t facet_cpu_features(void) {
  const unsigned long has = getauxval(AT_HWCAP);
  return (has & NEON) && (has & VFPV4) ? FACET_NEON : 0;
}
#endif
#endif
