#if defined(__riscv)
#include "facet_cpu.h"
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

/// What the kernel says of all CPUs together (Documentation/arch/riscv/hwprobe.rst); 0 where it does not know the question.
static int extensions(uint64_t *bits) {
  enum { HWPROBE = 258, IMA_EXTENSIONS = 4 };
  struct {
    int64_t key;
    uint64_t value;
  } pair = {IMA_EXTENSIONS, 0};
  if (syscall(HWPROBE, &pair, (size_t)1, (size_t)0, NULL, 0) != 0 || pair.key != IMA_EXTENSIONS) return 0;
  *bits = pair.value;
  return 1;
}

/// Whether a CPU that has vectors of some version has those of 1.0. Version 0.7.1, which older kernels announce by the same letter, does not know
/// mask and tail policies: its vsetvli marks such a type as illegal. No other instruction depends on it here.
static int is_version_1(void) {
  unsigned long type;
  // vsetvli t0, zero, e8, m1, ta, ma; csrr type, vtype
  __asm__ volatile(".word 0x0c0072d7\n\tcsrr %0, 0xc21" : "=r"(type) : : "t0");
  return (long)type >= 0 && (type & 0xff) == 0xc0;
}

uint32_t facet_cpu_features(void) {
  enum { V = 1 << 2 };
  uint64_t bits;
  if (extensions(&bits)) return bits & V ? FACET_RVV : 0;
  const unsigned long letters = getauxval(AT_HWCAP);
  return (letters & 1ul << ('V' - 'A')) && is_version_1() ? FACET_RVV : 0;
}

uint32_t facet_cpu_preferred(uint32_t features) { return features; }
#endif
