#if defined(__aarch64__) || defined(__arm__)
#include "facet_conv_winograd_waiting_neon.h"
#include "../facet_waiting_s8_neon.h"

void facet_winograd_store_waiting_neon(const facet_winograd_channels *k, int32_t halves, const facet_winograd_tile *tiles, int32_t count) {
  ptrdiff_t places[FACET_WINOGRAD_GROUP * 16];
  for (int32_t i = 0; i < count; i++) // of tiles of 4, what is too much is written over
    memcpy(places + i * k->pixels, tiles[i].output, 16 * sizeof places[0]);
  if (FACET_WINOGRAD_CHANNELS == 8 && halves) halves = 1; // as the compiler then knows
  for (int32_t half = 0; half < halves; half++) {
    const facet_waiting w = {.c = k->conv,
                             .first = k->first + 8 * half,
                             .channels = 8,
                             .form = FACET_WAITING_NARROW,
                             .is_scaled = 1,
                             .output = (int8_t *)(uintptr_t)(k->channel + 8 * half), // places are addresses
                             .places = places};
    facet_store_waiting_neon(&w, k->waiting + half * (FACET_WINOGRAD_GROUP * 16 * 8), count * k->pixels);
  }
}
#endif
