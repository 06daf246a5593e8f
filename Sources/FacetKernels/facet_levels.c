#include "facet_internal.h"
#if defined(__x86_64__)
#include <cpuid.h>

/// The registers that the operating system saves (XCR0); 0 without XGETBV.
static uint32_t saved_registers(void) {
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return 0;
  __asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
  return a;
}

/// Bits of this CPU. cpuid takes long where it is emulated: callers ask once a session.
static uint32_t cpu_features(void) {
  const uint32_t saved = saved_registers(), ymm = 0x6, zmm = 0xE6, avxvnni = 1 << 4; // leaf 7, subleaf 1, EAX
  const uint32_t avx512 = bit_AVX512F | bit_AVX512BW | bit_AVX512VL;
  uint32_t a, b, c, d, leaves, b7, c7, d7;
  if ((saved & ymm) != ymm || !__get_cpuid(1, &a, &b, &c, &d) || !__get_cpuid_count(7, 0, &leaves, &b7, &c7, &d7)) return 0;
  if (!(c & bit_AVX) || !(c & bit_FMA) || !(b7 & bit_AVX2)) return 0;
  uint32_t features = FACET_AVX2;
  if (leaves >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & avxvnni)) features |= FACET_AVXVNNI;
  if ((saved & zmm) != zmm || (b7 & avx512) != avx512 || !(c7 & bit_AVX512VNNI)) return features;
  features |= FACET_AVX512VNNI;
  if (c7 & bit_AVX512VBMI) features |= FACET_AVX512VBMI;
  return features;
}
#else
static uint32_t cpu_features(void) { return 0; }
#endif

/// What each level asks of the CPU, and what it may use where the CPU has it.
static const struct {
  const char *name;
  uint32_t needs, uses;
} levels[] = {
    [FACET_ISA_SCALAR] = {"scalar", 0, 0},
    [FACET_ISA_AVX2] = {"avx2", FACET_AVX2, FACET_AVX2},
    [FACET_ISA_AVXVNNI] = {"avxvnni", FACET_AVX2 | FACET_AVXVNNI, FACET_AVX2 | FACET_AVXVNNI},
    [FACET_ISA_AVX512VNNI] = {"avx512vnni", FACET_AVX2 | FACET_AVX512VNNI, FACET_AVX2 | FACET_AVX512VNNI | FACET_AVX512VBMI},
};
enum { LEVEL_COUNT = sizeof levels / sizeof levels[0] };

static facet_level level(facet_isa isa, uint32_t features) {
  facet_level result = {.isa = isa};
  if ((uint32_t)isa >= LEVEL_COUNT || (levels[isa].needs & ~features)) return result;
  result.name = levels[isa].name;
  result.features = levels[isa].uses & features;
  return result;
}

const char *facet_level_name(facet_isa isa) { return (uint32_t)isa < LEVEL_COUNT ? levels[isa].name : NULL; }

facet_level facet_level_of(facet_isa isa) { return level(isa, cpu_features()); }

facet_isa facet_best_isa(void) {
  const uint32_t features = cpu_features();
  facet_isa best = FACET_ISA_AVX512VNNI;
  while (!level(best, features).name) best = (facet_isa)(best - 1);
  return best;
}
