/// What the kernel tests share: reproducible numbers, buffers that end at a guard page, counting, the checksum.
#ifndef SUPPORT_H
#define SUPPORT_H
#include "facet_kernels.h"
#include <stdio.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

/// The same sequence on every CPU (SplitMix64; Steele, Lea, Flood 2014).
extern uint64_t random_state;
uint64_t random_bits(void);
/// Uniform in [low, high].
int32_t random_int(int32_t low, int32_t high);
/// One chance in `n`.
int32_t one_in(int32_t n);
/// Uniform in [-magnitude, magnitude], a multiple of 2^-23 of it.
float random_float(float magnitude);
/// How float32 numbers of a case are drawn: plain ones; so small that products and sums are subnormal; so large that they overflow; or with
/// infinities, NaN, zeros of both signs, subnormal and extreme numbers among them. Half of all cases are plain.
typedef enum { REALS_PLAIN, REALS_TINY, REALS_HUGE, REALS_SPECIAL } reals;
reals random_reals(void);
/// A number of that kind; a plain one is in [-magnitude, magnitude].
float random_real(reals kind, float magnitude);
/// A zero point: an end of the range, the middle or anything.
int32_t random_zero(void);
/// Bytes of a pattern: anything, or one of the extremes; `weights` leaves out -128.
void random_bytes(void *to, size_t count, int32_t weights);

/// Memory slots. Each call gives `size` bytes that end `overread` bytes before an unreadable page; what was in the slot is lost.
/// The bytes before it and the overread are set to noise.
// clang-format off
enum {
  SLOT_INPUT, SLOT_WEIGHTS, SLOT_INITIAL, SLOT_MULTIPLIER, SLOT_SCORES_MULTIPLIER, SLOT_RESIDUAL, SLOT_B, SLOT_EXPECTED, SLOT_OUTPUT,
  SLOT_EXPECTED_SCORES, SLOT_SCORES, SLOT_CANONICAL, SLOT_CANONICAL_WEIGHTS, SLOT_WHOLE, SLOT_START, SLOT_SCRATCH, SLOT_SLOPES, SLOT_PIECES, SLOT_COUNT
};
// clang-format on
enum { SLOT_BYTES = 1 << 21, SLOT_MARGIN = 256 };
void *slot(int32_t which, size_t size, size_t overread);

/// Whether two buffers and the margins before them are equal; says where they differ.
int32_t same_bytes(const char *what, const char *kernel, const void *expected, const void *got, size_t size);
/// The same for float32 results, where any NaN equals any other: which of two NaN an operation passes on, and its sign, is the CPU's choice.
int32_t same_number(float a, float b);
int32_t same_floats(const char *what, const char *kernel, const float *expected, const float *got, size_t count);
/// Counts one check.
void check(int32_t ok, const char *operation, const char *kernel);
extern int64_t passed, failed;
extern uint64_t test_seed;

/// FNV-1a over results that must be the same on every CPU.
void checksum_add(const void *bytes, size_t count);
/// float32 results; every NaN counts as the same.
void checksum_add_floats(const float *values, size_t count);
extern uint64_t checksum;

/// The levels to test: `isa` of the option, or all that this CPU has.
extern int32_t only_isa;
facet_level level(int32_t isa);
/// How many levels there are for CPUs of this kind.
int32_t level_count(void);

/// Each kernel of an operation that the levels to test have and that takes the arguments, one after the other; `after` NULL for the
/// first, NULL when there is none left. The scalar one comes last. What it gives counts as tested.
const facet_kernel *next_kernel(const facet_kernel *after, facet_operation operation, const void *arguments);
/// The kernel that the engine would take; it too counts as tested.
const facet_kernel *find_kernel(facet_operation operation, uint32_t features, const void *arguments);
/// Whether a kernel's results enter the checksum: of those that run on a case only the one that every CPU has, or what stands for it on this kind.
int32_t counts(const facet_kernel *kernel);
int32_t was_tested(const facet_kernel *kernel);
/// Bits of the CPU that the kernels to test may need.
uint32_t tested_features(void);
#define FOR_KERNELS(k, operation, arguments) for (const facet_kernel *k = NULL; (k = next_kernel(k, operation, arguments));)

/// Requantization by the definition, in double: a product or sum of two binary32 numbers, rounded to double and then to binary32, is
/// the correctly rounded one (53 >= 2 * 24 + 2).
float product(float a, float b);
float sum(float a, float b);
/// Canonical int8 result.
int32_t defined_requantize(float p, int32_t zero, int32_t low, int32_t high);

/// Splits [0, n) into up to three consecutive parts: 0 = cuts[0] <= .. <= cuts[3] = n.
void random_cuts(int32_t n, int32_t cuts[4]);

void test_conv_s8(void);
void test_conv_3x3(void);
void test_conv_f32(void);
void test_pool(int32_t quantized, int32_t average);
void test_normalization(int32_t quantized, int32_t planes);
void test_softmax(void);
void test_product(int32_t quantized);
void test_binary_s8(int32_t multiply);
void test_binary_f32(int32_t multiply);
void test_unary(void);
void test_channel_table(void);
void test_table_sum(void);
void test_split(void);
void test_layout(void);
void test_elementwise(void);
void test_general(void);
void test_fused_multiply_add(void);
void test_exp(void);
void test_support_functions(void);
/// After many cases: that each kernel of the table which this CPU can run was among them.
void test_all_were_tested(void);
int32_t benchmark(void);

#endif
