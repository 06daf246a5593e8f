/// The engine's source of time.
#ifndef FACET_CLOCK_H
#define FACET_CLOCK_H
#include <stdint.h>

// Hidden from what a program exports: no part of the C interface.
#pragma GCC visibility push(hidden)

/// Nanoseconds of a clock that never goes back (CLOCK_MONOTONIC). The argument is not used.
uint64_t facet_monotonic_ns(void *unused);

#pragma GCC visibility pop

#endif
