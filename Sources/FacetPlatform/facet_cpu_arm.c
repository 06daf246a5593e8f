#if defined(__aarch64__) || defined(__arm__)
#include "facet_cpu.h"
#include <sys/auxv.h>

// Bits of Linux's ELF hardware capabilities (arch/arm64/include/uapi/asm/hwcap.h, arch/arm/include/uapi/asm/hwcap.h).
#if defined(__aarch64__)
enum { ASIMD = 1 << 1, ASIMDDP = 1 << 20, I8MM = 1 << 13 };

uint32_t facet_cpu_features(void) {
  const unsigned long first = getauxval(AT_HWCAP), second = getauxval(AT_HWCAP2);
  if (!(first & ASIMD)) return 0;
  uint32_t features = FACET_NEON;
  if (first & ASIMDDP) features |= FACET_DOTPROD;
  if (second & I8MM) features |= FACET_I8MM;
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
