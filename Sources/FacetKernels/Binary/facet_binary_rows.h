/// What the kernels of Add and Multiply share.
#include "facet_internal.h"

/// Width and channels of a row: pixels without gaps and without a repeated channel are one long pixel.
FACET_INLINE facet_binary facet_binary_merged(const facet_binary *a, ptrdiff_t element) {
  facet_binary m = *a;
  const ptrdiff_t pixel = a->channels * element;
  if (a->a_channel && a->b_channel && a->a_pixel == pixel && a->b_pixel == pixel && (!a->output || a->output_pixel == pixel) &&
      (!a->scores || a->scores_pixel == a->channels * (ptrdiff_t)sizeof(float))) {
    m.channels = a->width * a->channels;
    m.width = 1;
  }
  return m;
}
