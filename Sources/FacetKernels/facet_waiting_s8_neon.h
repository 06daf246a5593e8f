/// Sums that wait in memory until those of many pixels become results together: what int8 convolutions in NEON do with all that is not plain, such as
/// results with a function. Activations are stored signed.
#ifndef FACET_WAITING_S8_NEON_H
#define FACET_WAITING_S8_NEON_H
#include "facet_internal.h"
#include <arm_neon.h>

/// How sums wait: 16 of a pixel; 8 of a pixel, two pixels side by side; the same in the order of matrix products, by two channels of a pixel and of
/// the other.
typedef enum { FACET_WAITING_WIDE, FACET_WAITING_NARROW, FACET_WAITING_MATRICES } facet_waiting_form;

typedef struct {
  const facet_conv *c;
  ptrdiff_t first; ///< index of the first channel in the per-channel arrays
  int32_t channels; ///< of a pixel that exist, at most 16 or 8
  facet_waiting_form form;
  int32_t is_scaled; ///< sums are floats already, with multipliers and residuals in them
  int8_t *output; ///< from here on by its place, the first channel of each pixel
  const ptrdiff_t *places;
  const int8_t *residual; ///< the same of residuals; or NULL
  const ptrdiff_t *residual_places;
} facet_waiting;

/// Stores one vector of the sums of a tile, so that the compiler does not make one copy of all: then they would have to be in memory.
FACET_INLINE void facet_wait(int32x4_t *to, int32x4_t sums) {
  __asm__("" : "+w"(sums));
  *to = sums;
}

/// Sums of a pixel that stand together.
FACET_INLINE int32_t facet_waiting_width(const facet_waiting *w) { return w->form == FACET_WAITING_WIDE ? 16 : 8; }

#pragma GCC visibility push(hidden)
/// The sums of `pixels` to results; `values` may be written over. All residuals are read before anything is stored. Of an odd number of pixels that
/// stand by two, the last one stands there twice.
void facet_store_waiting_neon(const facet_waiting *w, void *values, int32_t pixels);
#pragma GCC visibility pop

#endif
