#if defined(__x86_64__)
#include "facet_float_mode.h"
#include <xmmintrin.h>

/// All exceptions masked, to nearest, neither flush-to-zero nor denormals-are-zero.
uint64_t facet_enter_float_mode(void) {
  const uint32_t saved = _mm_getcsr();
  if ((saved & ~0x3Fu) != 0x1F80u) _mm_setcsr(0x1F80u);
  return saved;
}
void facet_leave_float_mode(uint64_t saved) { _mm_setcsr((uint32_t)saved); }
#endif
