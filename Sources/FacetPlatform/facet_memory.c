#include "facet_memory.h"
#include <stdint.h>
#include <stdlib.h>

enum { ALIGNMENT = 64 };

void *facet_memory_allocate(size_t bytes) {
  if (bytes > SIZE_MAX - ALIGNMENT) return NULL;
  uint8_t *block = calloc(1, bytes + ALIGNMENT);
  if (!block) return NULL;
  // The distance to the block's start stands in the byte before the result: 16 to 64, as malloc aligns to at least 8.
  const size_t distance = ALIGNMENT - (uintptr_t)block % ALIGNMENT;
  block[distance - 1] = (uint8_t)distance;
  return block + distance;
}

void facet_memory_free(void *memory) {
  if (!memory) return;
  uint8_t *start = memory;
  free(start - start[-1]);
}
