#include "image.h"

#include <stdio.h>
#include <string.h>

int facet_image_fail(int status, char *message, const char *text) {
  snprintf(message, FACET_IMAGE_MESSAGE, "%s", text);
  return status;
}

int facet_image_check_size(uint64_t width, uint64_t height, char *message) {
  if (width == 0 || height == 0) return facet_image_fail(FACET_IMAGE_CORRUPT, message, "the image has no pixels");
  if (width > FACET_IMAGE_MAX_SIDE || height > FACET_IMAGE_MAX_SIDE || width * height > FACET_IMAGE_MAX_PIXELS) {
    snprintf(message, FACET_IMAGE_MESSAGE, "%llu x %llu pixels; the limits are %d a side and %d in all", (unsigned long long)width,
             (unsigned long long)height, FACET_IMAGE_MAX_SIDE, FACET_IMAGE_MAX_PIXELS);
    return FACET_IMAGE_TOO_LARGE;
  }
  return FACET_IMAGE_OK;
}

facet_image_placement facet_image_place(uint32_t orientation, ptrdiff_t w, ptrdiff_t h) {
  ptrdiff_t right = w - 1, bottom = h - 1;
  facet_image_placement p;
  switch (orientation) {
  case 2: p = (facet_image_placement){right, -1, w}; break;
  case 3: p = (facet_image_placement){bottom * w + right, -1, -w}; break;
  case 4: p = (facet_image_placement){bottom * w, 1, -w}; break;
  case 5: p = (facet_image_placement){0, h, 1}; break;
  case 6: p = (facet_image_placement){bottom, h, -1}; break;
  case 7: p = (facet_image_placement){right * h + bottom, -h, -1}; break;
  case 8: p = (facet_image_placement){right * h, -h, 1}; break;
  default: p = (facet_image_placement){0, 1, w}; break;
  }
  return (facet_image_placement){p.origin * 3, p.across * 3, p.down * 3};
}

void facet_image_put_row(facet_image_placement p, uint8_t *rgb, const uint8_t *row, ptrdiff_t y, size_t w) {
  uint8_t *to = rgb + p.origin + y * p.down;
  if (p.across == 3) {
    memcpy(to, row, w * 3);
    return;
  }
  for (size_t x = 0; x < w; x++, to += p.across) memcpy(to, row + 3 * x, 3);
}

static int read_image(const uint8_t *bytes, size_t count, facet_image_info *info, uint8_t *rgb, size_t capacity, char *message) {
  static const uint8_t png[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  memset(info, 0, sizeof *info);
  message[0] = 0;
  if (count > FACET_IMAGE_MAX_BYTES) return facet_image_fail(FACET_IMAGE_TOO_LARGE, message, "the file is larger than 256 MB");
  if (count >= sizeof png && memcmp(bytes, png, sizeof png) == 0) return facet_png_read(bytes, count, info, rgb, capacity, message);
  if (count >= 3 && bytes[0] == 0xff && bytes[1] == 0xd8 && bytes[2] == 0xff) return facet_jpeg_read(bytes, count, info, rgb, capacity, message);
  return facet_image_fail(FACET_IMAGE_UNKNOWN_FORMAT, message, "neither a PNG nor a JPEG signature");
}

int facet_image_read_info(const uint8_t *bytes, size_t count, facet_image_info *info, char *message) {
  return read_image(bytes, count, info, NULL, 0, message);
}

int facet_image_decode(const uint8_t *bytes, size_t count, uint8_t *rgb, size_t capacity, char *message) {
  facet_image_info info;
  if (rgb == NULL) return facet_image_fail(FACET_IMAGE_BAD_ARGUMENT, message, "no destination");
  return read_image(bytes, count, &info, rgb, capacity, message);
}
