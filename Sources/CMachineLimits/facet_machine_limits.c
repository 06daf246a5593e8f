#include "facet_machine_limits.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

enum { BURSTS = 12, REPEATS = 20000 };

#if defined(__x86_64__)
// Twelve chains that do not depend on each other: more than latency times throughput of any x86-64 core so far.
#define TWELVE(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)
#define REGISTERS "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"
// From zeros: what an earlier burst left, integers among it, can be denormal numbers, which take some CPUs a hundred times longer.
#define BURST(X)                              \
  __asm__ volatile("vzeroall" ::: REGISTERS); \
  for (int32_t i = 0; i < REPEATS; i++) __asm__ volatile(TWELVE(X)::: REGISTERS)

#define MADD(r) "vpmaddwd %%ymm12, %%ymm13, %%ymm14\n vpaddd %%ymm14, %%ymm" #r ", %%ymm" #r "\n"
#define DOT_256(r) "%{vex%} vpdpbusd %%ymm12, %%ymm13, %%ymm" #r "\n"
#define DOT_512(r) "vpdpbusd %%zmm12, %%zmm13, %%zmm" #r "\n"
#define FMA_256(r) "vfmadd231ps %%ymm12, %%ymm13, %%ymm" #r "\n"
#define FMA_512(r) "vfmadd231ps %%zmm12, %%zmm13, %%zmm" #r "\n"

__attribute__((target("avx2"), noinline)) static void madd(void) { BURST(MADD); }
__attribute__((target("avx2,avxvnni"), noinline)) static void dot_256(void) { BURST(DOT_256); }
__attribute__((target("avx512f,avx512vnni"), noinline)) static void dot_512(void) { BURST(DOT_512); }
__attribute__((target("avx2,fma"), noinline)) static void fma_256(void) { BURST(FMA_256); }
__attribute__((target("avx512f"), noinline)) static void fma_512(void) { BURST(FMA_512); }

/// `each`: multiply-accumulates of one of the twelve.
static double fastest(void (*burst)(void), double each) {
  double best = 0;
  for (int32_t i = 0; i < BURSTS; i++) {
    const double begin = now();
    burst();
    const double rate = 12.0 * REPEATS * each / (now() - begin);
    if (rate > best) best = rate;
  }
  return best;
}

double facet_peak_int8(facet_limit limit) {
  switch (limit) {
  case FACET_LIMIT_AVX2: return fastest(madd, 16);
  case FACET_LIMIT_AVXVNNI: return fastest(dot_256, 32);
  case FACET_LIMIT_AVX512VNNI: return fastest(dot_512, 64);
  default: return 0;
  }
}

double facet_peak_float32(facet_limit limit) {
  switch (limit) {
  case FACET_LIMIT_AVX2:
  case FACET_LIMIT_AVXVNNI: return fastest(fma_256, 8);
  case FACET_LIMIT_AVX512VNNI: return fastest(fma_512, 16);
  default: return 0;
  }
}
#else
double facet_peak_int8(facet_limit limit) { return (void)limit, 0; }
double facet_peak_float32(facet_limit limit) { return (void)limit, 0; }
#endif

typedef uint64_t lanes __attribute__((vector_size(64), aligned(64)));

/// Eight sums, so that no addition waits for another.
#if defined(__x86_64__)
__attribute__((target("avx2"), noinline))
#else
__attribute__((noinline))
#endif
static uint64_t read_all(const lanes *p, size_t count) {
  lanes sums[8] = {{0}};
  for (size_t i = 0; i + 8 <= count; i += 8)
    for (int32_t j = 0; j < 8; j++) sums[j] += p[i + (size_t)j];
  uint64_t total = 0;
  for (int32_t j = 0; j < 8; j++)
    for (int32_t l = 0; l < 8; l++) total += sums[j][l];
  return total;
}

double facet_read_bandwidth(size_t bytes) {
  const size_t count = bytes / sizeof(lanes) / 8 * 8;
  void *memory = NULL;
  if (!count || posix_memalign(&memory, 64, count * sizeof(lanes))) return 0;
  memset(memory, 1, count * sizeof(lanes));
  const size_t passes = count * sizeof(lanes) >= (size_t)1 << 24 ? 1 : ((size_t)1 << 24) / (count * sizeof(lanes));
  double best = 0;
  volatile uint64_t sink = 0;
  for (int32_t i = 0; i < BURSTS; i++) {
    const double begin = now();
    for (size_t j = 0; j < passes; j++) sink += read_all(memory, count);
    const double rate = (double)(passes * count * sizeof(lanes)) / (now() - begin);
    if (rate > best) best = rate;
  }
  free(memory);
  return best;
}
