/// Results of Winograd's convolutions that wait for their function, on ARM of 64 and 32 bits.
#ifndef FACET_CONV_WINOGRAD_WAITING_NEON_H
#define FACET_CONV_WINOGRAD_WAITING_NEON_H
#include "facet_conv_winograd.h"
#include <arm_neon.h>

/// Where the floats of outputs from `output` on, which is in one of the tiles, wait, of 8 channels from `channel` on.
FACET_INLINE float *facet_winograd_place(const facet_winograd_channels *all, int8_t *const *output, ptrdiff_t channel) {
  const size_t index = (size_t)(output - all->tiles->output), tile = sizeof(facet_winograd_tile) / sizeof(int8_t *);
  const ptrdiff_t half = FACET_WINOGRAD_CHANNELS > 8 ? (channel - all->channel) * (FACET_WINOGRAD_GROUP * 16) : 0;
  return all->waiting + half + 8 * (index / tile % FACET_WINOGRAD_GROUP * (size_t)all->pixels + index % tile);
}

#endif
