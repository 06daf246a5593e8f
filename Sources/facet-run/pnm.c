// Reads the headers of binary PPM (P6) and PGM (P5) images with 8 bits a channel, as the Netpbm pages define them.
#include "input.h"

/// A number after white space and comments; -1 where there is none up to `maximum`, -2 where the bytes end before it does.
static long number(const uint8_t *bytes, size_t count, size_t *at, long maximum) {
  for (; *at < count; ++*at) {
    const uint8_t c = bytes[*at];
    if (c == '#') {
      while (*at < count && bytes[*at] != '\n') ++*at;
      if (*at == count) return -2;
    } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      break;
    }
  }
  if (*at == count) return -2;
  long value = -1;
  for (; *at < count && bytes[*at] >= '0' && bytes[*at] <= '9'; ++*at) {
    value = (value < 0 ? 0 : value) * 10 + (bytes[*at] - '0');
    if (value > maximum) return -1;
  }
  return *at == count && value >= 0 ? -2 : value;
}

int pnm_parse(pnm_header *h, const uint8_t *bytes, size_t count, const char **reason, int *is_cut) {
  enum { MAXIMUM_SIDE = 16384 };
  *h = (pnm_header){0};
  *is_cut = 0;
  if (count < 2 || bytes[0] != 'P' || (bytes[1] != '5' && bytes[1] != '6'))
    return *reason = "not a binary PPM (P6) or PGM (P5) image", *is_cut = count < 2, 0;
  size_t at = 2;
  const long width = number(bytes, count, &at, MAXIMUM_SIDE);
  const long height = width < 0 ? width : number(bytes, count, &at, MAXIMUM_SIDE);
  const long levels = height < 0 ? height : number(bytes, count, &at, 65535);
  if (levels == -2) return *reason = "the PPM header is cut off", *is_cut = 1, 0;
  if (width < 1 || height < 1) return *reason = "the PPM header is damaged, or a side is longer than 16384 pixels", 0;
  if (levels != 255) return *reason = "the PPM image does not have 255 levels (8 bits a channel)", 0;
  h->width = (int32_t)width;
  h->height = (int32_t)height;
  h->channels = bytes[1] == '6' ? 3 : 1;
  h->data = at + 1; // one white space ends the header
  const uint64_t size = (uint64_t)width * (uint64_t)height * (uint64_t)h->channels;
  if (size > SIZE_MAX / 2) return *reason = "the PPM image is too large for this machine", 0;
  h->bytes = (size_t)size;
  return 1;
}
