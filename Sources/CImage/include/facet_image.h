#ifndef FACET_IMAGE_H
#define FACET_IMAGE_H

#include <stddef.h>
#include <stdint.h>

// PNG and JPEG from memory to tightly packed 8-bit RGB (rows of width * 3 bytes, no padding).
//
// Any bytes give pixels or an error: libpng and libjpeg never print, exit or abort, warnings are silent, and
// what the libraries allocate is bounded (facet_image_limits below). What becomes of the less usual files:
//   gray is repeated over the three channels; a palette is looked up; 16 bits are scaled to 8 (rounded);
//   alpha is dropped, not composited: the colour under a transparent pixel is what the file stores;
//   gamma and colour profiles are not applied; CMYK and YCCK are refused;
//   the EXIF orientation is applied (of a PNG, that of its chunk eXIf).

enum facet_image_status {
  FACET_IMAGE_OK = 0,
  FACET_IMAGE_UNKNOWN_FORMAT = 1,  // neither PNG nor JPEG
  FACET_IMAGE_TRUNCATED = 2,       // the bytes end before the image does
  FACET_IMAGE_CORRUPT = 3,         // the bytes contradict the format
  FACET_IMAGE_TOO_LARGE = 4,       // beyond a limit below
  FACET_IMAGE_UNSUPPORTED = 5,     // valid, but of a kind that is refused
  FACET_IMAGE_OUT_OF_MEMORY = 6,
  FACET_IMAGE_BAD_ARGUMENT = 7,    // the destination is too small
};

enum facet_image_limits {
  FACET_IMAGE_MAX_SIDE = 16384,
  FACET_IMAGE_MAX_PIXELS = 64 << 20,
  FACET_IMAGE_MAX_BYTES = 256 << 20,        // of the file
  FACET_IMAGE_MAX_SCANS = 100,              // of a progressive JPEG: each costs a pass over the whole image
  FACET_IMAGE_MAX_JPEG_MEMORY = 768 << 20,  // coefficients of a progressive image of the largest size fit
};

enum facet_image_format { FACET_IMAGE_PNG = 1, FACET_IMAGE_JPEG = 2 };

typedef struct {
  uint32_t width, height;  // as decoded: after the orientation
  uint32_t channels;       // in the file: 1 to 4
  uint32_t orientation;    // EXIF, 1 to 8; 1 is upright
  uint32_t format;         // enum facet_image_format
} facet_image_info;

// Longest message, with its terminating zero.
enum { FACET_IMAGE_MESSAGE = 256 };

// Reads the header only and checks the limits: nothing of the image's size is allocated.
// `message` takes the reason when the result is not FACET_IMAGE_OK, else the empty string.
int facet_image_read_info(const uint8_t *bytes, size_t count, facet_image_info *info, char message[FACET_IMAGE_MESSAGE]);

// Decodes into `rgb`, whose capacity must be at least width * height * 3 of facet_image_read_info.
// After an error the content of `rgb` is unspecified.
int facet_image_decode(const uint8_t *bytes, size_t count, uint8_t *rgb, size_t capacity, char message[FACET_IMAGE_MESSAGE]);

#endif
