#if defined(__x86_64__)
#include "facet_machine_limits_internal.h"

// Twelve chains that do not depend on each other: more than latency times throughput of any x86-64 core so far.
#define TWELVE(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)
#define REGISTERS "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"
// From zeros: what an earlier burst left, integers among it, can be denormal numbers, which take some CPUs a hundred times longer.
#define BURST(X)                              \
  __asm__ volatile("vzeroall" ::: REGISTERS); \
  for (int32_t i = 0; i < FACET_BURST_REPEATS; i++) __asm__ volatile(TWELVE(X)::: REGISTERS)

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

const facet_level_peaks facet_peaks_of_levels[] = {
    {"avx2", madd, 16, fma_256, 8},       // vpmaddwd and vpaddd; vfmadd231ps
    {"avxvnni", dot_256, 32, fma_256, 8}, // vpdpbusd
    {"avx512vnni", dot_512, 64, fma_512, 16},
    {NULL, NULL, 0, NULL, 0},
};
#endif
