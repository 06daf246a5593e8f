#include "facet_internal.h"

/// A place in an NHWC tensor that is walked in NCHW order.
typedef struct {
  int32_t height, width, y, x, channel;
} facet_place;

static void facet_place_next(facet_place *p) {
  if (++p->x < p->width) return;
  p->x = 0;
  if (++p->y < p->height) return;
  p->y = 0;
  p->channel++;
}

/// Reshape: element i of the input in canonical order becomes element i of the output.
void facet_reshape_scalar(const void *arguments) {
  const facet_reshape *a = arguments;
  const int64_t total = (int64_t)a->out_height * a->out_width * a->out_channels;
  const int32_t size = a->element_size;
  facet_place in = {a->in_height, a->in_width, 0, 0, 0}, out = {a->out_height, a->out_width, 0, 0, 0};
  for (int64_t i = 0; i < total; i++) {
    const void *from = facet_at(a->input, in.y * a->input_row + in.x * a->input_pixel + (ptrdiff_t)in.channel * size);
    void *to = facet_at_mutable(a->output, out.y * a->output_row + out.x * a->output_pixel + (ptrdiff_t)out.channel * size);
    if (size == 1)
      memcpy(to, from, 1);
    else
      memcpy(to, from, 4);
    facet_place_next(&in);
    facet_place_next(&out);
  }
}
