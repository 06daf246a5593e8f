#ifndef FACET_IMAGE_INTERNAL_H
#define FACET_IMAGE_INTERNAL_H

#include "facet_image.h"

// What the two decoders share. Each decodes when `rgb` is set, and reads the header only when it is null.
int facet_png_read(const uint8_t *bytes, size_t count, facet_image_info *info, uint8_t *rgb, size_t capacity, char *message);
int facet_jpeg_read(const uint8_t *bytes, size_t count, facet_image_info *info, uint8_t *rgb, size_t capacity, char *message);

// EXIF orientation (1 to 8) of a file, 1 when there is none or it is malformed. A PNG file has at least its signature.
uint32_t facet_jpeg_orientation(const uint8_t *bytes, size_t count);
uint32_t facet_png_orientation(const uint8_t *bytes, size_t count);

// Where the stored pixel (x, y) goes: rgb + origin + x * across + y * down, in bytes.
typedef struct {
  ptrdiff_t origin, across, down;
} facet_image_placement;

// Of an image stored as w x h pixels.
facet_image_placement facet_image_place(uint32_t orientation, ptrdiff_t w, ptrdiff_t h);

// Writes a stored row of w pixels to its place.
void facet_image_put_row(facet_image_placement p, uint8_t *rgb, const uint8_t *row, ptrdiff_t y, size_t w);

// Writes `text` to `message` and returns `status`.
int facet_image_fail(int status, char *message, const char *text);

// Checks the stored size against the limits; FACET_IMAGE_OK or the reason.
int facet_image_check_size(uint64_t width, uint64_t height, char *message);

#endif
