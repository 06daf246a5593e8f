/// Results of Winograd's convolutions that wait for their function, on ARM of 64 and 32 bits.
#ifndef FACET_CONV_WINOGRAD_WAITING_NEON_H
#define FACET_CONV_WINOGRAD_WAITING_NEON_H
#include "facet_conv_winograd.h"
#include <arm_neon.h>

/// Where the floats of outputs from `output` on, which is in one of the tiles, wait.
FACET_INLINE float *facet_winograd_place(const facet_winograd_channels *all, int8_t *const *output) {
  const ptrdiff_t index = output - all->tiles->output, tile = sizeof(facet_winograd_tile) / sizeof(int8_t *);
  return all->waiting + 8 * (index / tile * all->pixels + index % tile);
}

#endif
