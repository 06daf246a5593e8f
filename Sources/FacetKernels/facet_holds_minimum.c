#include "facet_internal.h"

typedef int8_t lanes __attribute__((vector_size(16)));

/// Written in vectors, which every compiler setting keeps: all weights of a bundle pass through here when it is opened.
int32_t facet_holds_minimum(const void *bytes, size_t count) {
  const int8_t *p = bytes;
  size_t i = 0;
  for (; i + 64 <= count; i += 64) {
    lanes v[4];
    memcpy(v, p + i, sizeof v);
    const lanes found = (v[0] == INT8_MIN) | (v[1] == INT8_MIN) | (v[2] == INT8_MIN) | (v[3] == INT8_MIN);
    uint64_t halves[2];
    memcpy(halves, &found, sizeof halves);
    if (halves[0] | halves[1]) return 1;
  }
  for (; i < count; i++)
    if (p[i] == INT8_MIN) return 1;
  return 0;
}
