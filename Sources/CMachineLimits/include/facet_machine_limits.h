/// What a core can do at most, measured: what kernels are compared with.
#ifndef FACET_MACHINE_LIMITS_H
#define FACET_MACHINE_LIMITS_H
#include <stddef.h>
#include <stdint.h>

/// The widest multiply-accumulate instructions to measure.
typedef enum {
  FACET_LIMIT_SCALAR,      ///< none is known: 0
  FACET_LIMIT_AVX2,        ///< vpmaddwd and vpaddd, 256 bits; vfmadd231ps, 256 bits
  FACET_LIMIT_AVXVNNI,     ///< vpdpbusd, 256 bits; vfmadd231ps, 256 bits
  FACET_LIMIT_AVX512VNNI,  ///< vpdpbusd, 512 bits; vfmadd231ps, 512 bits
} facet_limit;

/// Multiply-accumulates a second of one core from registers, nothing else being done: the fastest of some short bursts. 0 where the
/// instructions are not known. The caller has checked that the CPU has them.
double facet_peak_int8(facet_limit limit);
double facet_peak_float32(facet_limit limit);

/// Bytes a second that one core reads from a buffer of this size, read again and again: the fastest of some passes. 0 without memory.
double facet_read_bandwidth(size_t bytes);

#endif
