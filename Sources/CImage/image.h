#ifndef FACET_IMAGE_INTERNAL_H
#define FACET_IMAGE_INTERNAL_H

#include "facet_image.h"

// What the two decoders share. Each decodes when `rgb` is set, and reads the header only when it is null.
int facet_png_read(const uint8_t *bytes, size_t count, facet_image_info *info, uint8_t *rgb, size_t capacity,
                   char *message);
int facet_jpeg_read(const uint8_t *bytes, size_t count, facet_image_info *info, uint8_t *rgb, size_t capacity,
                    char *message);

// EXIF orientation (1 to 8) of a JPEG file, 1 when there is none or it is malformed.
uint32_t facet_jpeg_orientation(const uint8_t *bytes, size_t count);

// Writes `text` to `message` and returns `status`.
int facet_image_fail(int status, char *message, const char *text);

// Checks the stored size against the limits; FACET_IMAGE_OK or the reason.
int facet_image_check_size(uint64_t width, uint64_t height, char *message);

#endif
