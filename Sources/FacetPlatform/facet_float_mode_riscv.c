#if defined(__riscv)
#include "facet_float_mode.h"

/// frm 0: to nearest even; RISC-V has no flush-to-zero.
uint64_t facet_enter_float_mode(void) {
  uintptr_t saved;
  __asm__ volatile("csrrwi %0, frm, 0" : "=r"(saved) : : "memory");
  return saved;
}
void facet_leave_float_mode(uint64_t saved) { __asm__ volatile("csrw frm, %0" : : "r"((uintptr_t)saved) : "memory"); }
#endif
