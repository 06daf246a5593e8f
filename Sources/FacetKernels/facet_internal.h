/// What the kernels share: element access, requantization, the declarations of all kernels.
#ifndef FACET_INTERNAL_H
#define FACET_INTERNAL_H
#include "Levels/this_cpu.h"
#include "facet_kernels.h"
#include <string.h>

// Hidden from what a program exports: no part of the C interface.
#pragma GCC visibility push(hidden)

#pragma STDC FP_CONTRACT OFF

/// Orders of weights, in the numbers of `facet_kernel.layout`.
#define FACET_LAYOUT(name, words) FACET_LAYOUT_##name,
enum {
#include "Levels/layouts.inc"
};
#undef FACET_LAYOUT

#define FACET_INLINE static inline __attribute__((always_inline))
/// For what is called in many places and long: one copy a file keeps the engine small.
#define FACET_OUTLINE static __attribute__((noinline, unused))

/// Loops that the compiler unrolls completely, whose arrays then stay in registers; and loops that it leaves as they are, for size.
#define FACET_UNROLLED_FOR(...) _Pragma("clang loop unroll(full)") for (__VA_ARGS__)
#define FACET_ROLLED_FOR(...) _Pragma("clang loop unroll(disable)") for (__VA_ARGS__)

/// Channels that an elementwise loop keeps in local arrays: results are stored after all reads, so a tensor may be
/// written in place.
#define FACET_CHUNK 64

/// Loops over local float32 arrays in fours: some elements beyond `count` where that is no multiple. Programs for boards are built for size, and the
/// compiler then makes vectors of loops whose length it knows and of no others.
#if defined(__aarch64__)
enum { FACET_HAS_FOURS = 1 };
#define FACET_FOR_FOURS(i, count)                                         \
  FACET_ROLLED_FOR(int32_t four_##i = 0; four_##i < count; four_##i += 4) \
    for (int32_t i = four_##i; i < four_##i + 4; i++)
/// What such an array begins with.
#define FACET_FOURS = {0}
#else
enum { FACET_HAS_FOURS = 0 };
#define FACET_FOR_FOURS(i, count) for (int32_t i = 0; i < count; i++)
#define FACET_FOURS
#endif

/// The element of an int8 tensor in its stored domain.
FACET_INLINE int32_t facet_element(const void *base, ptrdiff_t index, int32_t stored_unsigned) {
  return stored_unsigned ? ((const uint8_t *)base)[index] : ((const int8_t *)base)[index];
}

/// int(rne(p)) for |p| < 2^22: adding 1.5 * 2^23 leaves no bit for the fraction, so the addition itself rounds to nearest
/// even, and the integer stands in the low bits of the sum. The same on every CPU, and free of undefined conversions.
FACET_INLINE int32_t facet_round(float p) {
  float sum = p + 12582912.0f;
  uint32_t bits;
  memcpy(&bits, &sum, sizeof bits);
  return (int32_t)(bits - 0x4B400000u);
}

/// The last steps of every int8 result: clamp, round, add the zero point. `low` and `high` are bounds minus `zero`.
FACET_INLINE uint8_t facet_requantize(float p, float low, float high, int32_t zero) {
  p = p < low ? low : p;
  p = p > high ? high : p;
  return (uint8_t)((uint32_t)facet_round(p) + (uint32_t)zero);
}

/// `v`, in a loop that the compiler leaves out of vectors on 32-bit ARM: NEON takes subnormal numbers for zeros there, also where it only
/// compares them, and the compiler, which leaves arithmetic to VFP, does not mind comparisons.
FACET_INLINE float facet_scalar_f32(float v) {
#if defined(__arm__)
  __asm__("" : "+t"(v));
#endif
  return v;
}

/// Clamp of a float32 result; NaN stays.
FACET_INLINE float facet_clamp(float v, float low, float high) {
  v = facet_scalar_f32(v);
  v = v < low ? low : v;
  return v > high ? high : v;
}

/// IEEE 754 square roots: the CPU's instruction, without the call into libm that reports errors.
FACET_INLINE float facet_sqrt_f32(float x) { return __builtin_elementwise_sqrt(x); }
FACET_INLINE double facet_sqrt_f64(double x) { return __builtin_elementwise_sqrt(x); }

FACET_INLINE const void *facet_at(const void *base, ptrdiff_t bytes) { return (const uint8_t *)base + bytes; }
FACET_INLINE void *facet_at_mutable(void *base, ptrdiff_t bytes) { return (uint8_t *)base + bytes; }

/// Blocks of 32 output channels in one group.
FACET_INLINE int32_t facet_group_blocks(const facet_conv *c) { return (c->group_outputs + FACET_BLOCK - 1) / FACET_BLOCK; }

/// Output channels in block `block` of its group that exist.
FACET_INLINE int32_t facet_block_channels(const facet_conv *c, int32_t block) {
  int32_t left = c->group_outputs - block * FACET_BLOCK;
  return left < FACET_BLOCK ? left : FACET_BLOCK;
}

/// The segments of a convolution: `rows * columns` runs of `length` elements.
typedef struct {
  int32_t rows, columns, length;
} facet_segments;

FACET_INLINE facet_segments facet_conv_segments(const facet_conv *c) {
  facet_segments s = {c->kernel_h, c->row_segments ? 1 : c->kernel_w, c->row_segments ? c->kernel_w * c->group_inputs : c->group_inputs};
  return s;
}

/// From accumulators to memory, int8: scores, then residual, requantization and store. What the scalar kernels end with, and the others where
/// there are scores. `acc` holds `count` <= 64 accumulators of output pixel (y, x), channels from `channel`; `first` is the index of the first
/// one in the per-channel arrays.
void facet_store_s8(const facet_conv *c, const uint32_t *acc, int32_t first, int32_t channel, int32_t count, int32_t y, int32_t x);

// The functions of all kernels.
#define FACET_KERNEL(operation, needs, condition, shares, layout, function) facet_##shares##_kernel facet_##function;
#include "Levels/scalar.inc"
#include FACET_THIS_CPU
#undef FACET_LEVEL
#undef FACET_FEATURE
#undef FACET_KERNEL

#pragma GCC visibility pop

#endif
