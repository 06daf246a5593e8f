#if defined(__x86_64__)
#include "facet_cpu.h"
#include <cpuid.h>

/// The registers that the operating system saves (XCR0); 0 without XGETBV.
static uint32_t saved_registers(void) {
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return 0;
  __asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
  return a;
}

uint32_t facet_cpu_features(void) {
  const uint32_t saved = saved_registers(), ymm = 0x6, zmm = 0xE6, avxvnni = 1 << 4; // leaf 7, subleaf 1, EAX
  const uint32_t avx512 = bit_AVX512F | bit_AVX512BW | bit_AVX512VL;
  uint32_t a, b, c, d, leaves, b7, c7, d7;
  if ((saved & ymm) != ymm || !__get_cpuid(1, &a, &b, &c, &d) || !__get_cpuid_count(7, 0, &leaves, &b7, &c7, &d7)) return 0;
  if (!(c & bit_AVX) || !(c & bit_FMA)) return 0;
  if (!(b7 & bit_AVX2)) return FACET_FMA;
  uint32_t features = FACET_FMA | FACET_AVX2;
  if (leaves >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & avxvnni)) features |= FACET_AVXVNNI;
  if ((saved & zmm) != zmm || (b7 & avx512) != avx512 || !(c7 & bit_AVX512VNNI)) return features;
  features |= FACET_AVX512VNNI;
  if (c7 & bit_AVX512VBMI) features |= FACET_AVX512VBMI;
  return features;
}

uint32_t facet_cpu_preferred(uint32_t features) { return features; }
#endif
