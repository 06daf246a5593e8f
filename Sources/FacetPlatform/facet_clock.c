#include "facet_clock.h"
#include <time.h>

uint64_t facet_monotonic_ns(void *unused) {
  (void)unused;
  struct timespec now = {0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
