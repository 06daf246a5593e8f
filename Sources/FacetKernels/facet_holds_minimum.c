#include "facet_internal.h"

int32_t facet_holds_minimum(const void *bytes, size_t count) {
  const uint8_t *b = bytes;
  while (count > 0) {
    const size_t piece = count < 4096 ? count : 4096;
    uint8_t found = 0; // no exit inside, so that the compiler compares vectors
    for (size_t i = 0; i < piece; i++) found |= b[i] == 0x80;
    if (found) return 1;
    b += piece;
    count -= piece;
  }
  return 0;
}
