#include "facet_small.h"
#include "facet_transpose.h"

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

/// Tensors of one shape: rows as they are. Pixels of a tensor are next to each other, or a view's channels are.
static void facet_reshape_rows(const facet_reshape *a) {
  const size_t pixel = (size_t)a->out_channels * (size_t)a->element_size;
  const int whole = a->input_pixel == (ptrdiff_t)pixel && a->output_pixel == (ptrdiff_t)pixel;
  for (int32_t y = 0; y < a->out_height; y++) {
    const uint8_t *from = facet_at(a->input, y * a->input_row);
    uint8_t *to = facet_at_mutable(a->output, y * a->output_row);
    if (whole)
      memcpy(to, from, pixel * (size_t)a->out_width);
    else
      for (int32_t x = 0; x < a->out_width; x++) memcpy(to + x * a->output_pixel, from + x * a->input_pixel, pixel);
  }
}

/// The same pixels in rows of another length.
static void facet_reshape_pixels(const facet_reshape *a) {
  const size_t pixel = (size_t)a->out_channels * (size_t)a->element_size;
  int32_t y = 0, x = 0;
  for (int32_t oy = 0; oy < a->out_height; oy++)
    for (int32_t ox = 0; ox < a->out_width; ox++) {
      memcpy(facet_at_mutable(a->output, oy * a->output_row + ox * a->output_pixel), facet_at(a->input, y * a->input_row + x * a->input_pixel),
             pixel);
      if (++x == a->in_width) x = 0, y++;
    }
}

/// Channels of pixels apart from planes of one channel each, by blocks that stay in the first cache: `planar` points to an array [channels][pixels].
static void facet_reshape_planes(const facet_reshape *a, int32_t height, int32_t width, int32_t channels, int gathers) {
  enum { PIXELS = 64, CHANNELS = 16 };
  const int32_t size = a->element_size;
  const ptrdiff_t plane = (ptrdiff_t)height * width * size;
  for (int32_t y = 0; y < height; y++)
    for (int32_t x = 0; x < width; x += PIXELS)
      for (int32_t c = 0; c < channels; c += CHANNELS) {
        const int32_t pixels = width - x < PIXELS ? width - x : PIXELS, count = channels - c < CHANNELS ? channels - c : CHANNELS;
        const ptrdiff_t planar = c * plane + ((ptrdiff_t)y * width + x) * size, channel = (ptrdiff_t)c * size;
        if (gathers)
          facet_transpose(facet_at(a->input, y * a->input_row + x * a->input_pixel + channel), a->input_pixel, facet_at_mutable(a->output, planar),
                          plane, pixels, count, size);
        else
          facet_transpose(facet_at(a->input, planar), plane, facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel + channel),
                          a->output_pixel, count, pixels, size);
      }
}

/// Whether elements in canonical order lie side by side.
static int facet_is_planar(int32_t height, int32_t width, int32_t channels, ptrdiff_t row, ptrdiff_t pixel, ptrdiff_t size) {
  return (height == 1 && width == 1) || (channels == 1 && pixel == size && row == width * size);
}

/// Reshape: element i of the input in canonical order becomes element i of the output.
void facet_reshape_scalar(const void *arguments) {
  const facet_reshape *a = arguments;
  const int32_t size = a->element_size;
  if (a->in_channels == a->out_channels) {
    if (a->in_width == a->out_width) return facet_reshape_rows(a);
    return facet_reshape_pixels(a);
  }
  if (facet_is_planar(a->out_height, a->out_width, a->out_channels, a->output_row, a->output_pixel, size))
    return facet_reshape_planes(a, a->in_height, a->in_width, a->in_channels, 1);
  if (facet_is_planar(a->in_height, a->in_width, a->in_channels, a->input_row, a->input_pixel, size))
    return facet_reshape_planes(a, a->out_height, a->out_width, a->out_channels, 0);
  const int64_t total = (int64_t)a->out_height * a->out_width * a->out_channels;
  facet_place in = {a->in_height, a->in_width, 0, 0, 0}, out = {a->out_height, a->out_width, 0, 0, 0};
  for (int64_t i = 0; i < total; i++) {
    facet_copy_element(facet_at_mutable(a->output, out.y * a->output_row + out.x * a->output_pixel + (ptrdiff_t)out.channel * size),
                       facet_at(a->input, in.y * a->input_row + in.x * a->input_pixel + (ptrdiff_t)in.channel * size), (size_t)size);
    facet_place_next(&in);
    facet_place_next(&out);
  }
}
#include "facet_small_end.h"
