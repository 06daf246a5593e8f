#include "facet_float_mode.h"

#if defined(__aarch64__)
/// FPCR 0: to nearest, no flush-to-zero, no traps.
uint64_t facet_enter_float_mode(void) {
  uint64_t saved;
  __asm__ volatile("mrs %0, fpcr" : "=r"(saved));
  __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)0) : "memory");
  return saved;
}
void facet_leave_float_mode(uint64_t saved) { __asm__ volatile("msr fpcr, %0" : : "r"(saved) : "memory"); }

#elif defined(__arm__)
/// FPSCR 0: to nearest, no flush-to-zero, no traps, no vectors. NEON of 32 bits takes no notice of it and always flushes: float32 is
/// computed by VFP there.
uint64_t facet_enter_float_mode(void) {
  uint32_t saved;
  __asm__ volatile("vmrs %0, fpscr" : "=r"(saved));
  __asm__ volatile("vmsr fpscr, %0" : : "r"(0) : "memory");
  return saved;
}
void facet_leave_float_mode(uint64_t saved) { __asm__ volatile("vmsr fpscr, %0" : : "r"((uint32_t)saved) : "memory"); }
#endif
