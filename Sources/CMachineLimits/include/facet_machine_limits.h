/// What a core can do at most, measured: what kernels are compared with.
#ifndef FACET_MACHINE_LIMITS_H
#define FACET_MACHINE_LIMITS_H
#include <stddef.h>
#include <stdint.h>

/// Multiply-accumulates a second of one core from registers, nothing else being done, with the widest instructions of a kernel level, by its
/// name: the fastest of some short bursts. 0 where none are known. The caller has checked that the CPU has them.
double facet_peak_int8(const char *level);
double facet_peak_float32(const char *level);

/// Bytes a second that one core reads from a buffer of this size, read again and again: the fastest of some passes. 0 without memory.
double facet_read_bandwidth(size_t bytes);

#endif
