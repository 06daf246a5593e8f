#include "facet_machine_limits_internal.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

enum { BURSTS = 12 };

/// `each`: multiply-accumulates of one instruction.
static double fastest(void (*burst)(void), double each) {
  double best = 0;
  for (int32_t i = 0; i < BURSTS; i++) {
    const double begin = now();
    burst();
    const double rate = (double)FACET_BURST_CHAINS * FACET_BURST_REPEATS * each / (now() - begin);
    if (rate > best) best = rate;
  }
  return best;
}

static const facet_level_peaks *peaks_of(const char *level) {
  const facet_level_peaks *p = facet_peaks_of_levels;
  while (p->level && strcmp(p->level, level)) p++;
  return p->level ? p : NULL;
}

double facet_peak_int8(const char *level) {
  const facet_level_peaks *p = peaks_of(level);
  return p ? fastest(p->int8_burst, p->int8_each) : 0;
}

double facet_peak_float32(const char *level) {
  const facet_level_peaks *p = peaks_of(level);
  return p ? fastest(p->float32_burst, p->float32_each) : 0;
}

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
