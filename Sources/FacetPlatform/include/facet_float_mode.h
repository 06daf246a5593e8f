/// The CPU's floating-point mode: to nearest even, subnormal numbers kept, no traps. All results rest on it.
#ifndef FACET_FLOAT_MODE_H
#define FACET_FLOAT_MODE_H
#include <stdint.h>

// Hidden from what a program exports: no part of the C interface.
#pragma GCC visibility push(hidden)

#ifdef __cplusplus
extern "C" {
#endif

/// Sets that mode for this thread, and gives what there was for `facet_leave_float_mode`.
uint64_t facet_enter_float_mode(void);
void facet_leave_float_mode(uint64_t saved);

#ifdef __cplusplus
}
#endif

#if !defined(__x86_64__) && !defined(__aarch64__) && !defined(__arm__) && !defined(__riscv)
#error "state in a facet_float_mode_CPU.c how this CPU's rounding mode is set"
#endif
#pragma GCC visibility pop

#endif
