#include "facet_internal.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
/// All exceptions masked, to nearest, neither flush-to-zero nor denormals-are-zero.
uint64_t facet_enter_float_mode(void) {
  const uint32_t saved = _mm_getcsr();
  if ((saved & ~0x3Fu) != 0x1F80u) _mm_setcsr(0x1F80u);
  return saved;
}
void facet_leave_float_mode(uint64_t saved) { _mm_setcsr((uint32_t)saved); }

#elif defined(__aarch64__)
/// FPCR 0: to nearest, no flush-to-zero, no traps.
uint64_t facet_enter_float_mode(void) {
  uint64_t saved;
  __asm__ volatile("mrs %0, fpcr" : "=r"(saved));
  __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)0) : "memory");
  return saved;
}
void facet_leave_float_mode(uint64_t saved) { __asm__ volatile("msr fpcr, %0" : : "r"(saved) : "memory"); }

#elif defined(__arm__)
/// FPSCR 0: to nearest, no flush-to-zero, no traps, no vectors.
uint64_t facet_enter_float_mode(void) {
  uint32_t saved;
  __asm__ volatile("vmrs %0, fpscr" : "=r"(saved));
  __asm__ volatile("vmsr fpscr, %0" : : "r"(0) : "memory");
  return saved;
}
void facet_leave_float_mode(uint64_t saved) { __asm__ volatile("vmsr fpscr, %0" : : "r"((uint32_t)saved) : "memory"); }

#elif defined(__riscv)
/// frm 0: to nearest even; RISC-V has no flush-to-zero.
uint64_t facet_enter_float_mode(void) {
  uintptr_t saved;
  __asm__ volatile("csrrwi %0, frm, 0" : "=r"(saved) : : "memory");
  return saved;
}
void facet_leave_float_mode(uint64_t saved) { __asm__ volatile("csrw frm, %0" : : "r"((uintptr_t)saved) : "memory"); }

#else
#error "state how this CPU's rounding mode is set"
#endif
