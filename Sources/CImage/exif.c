#include <string.h>

#include "image.h"

// EXIF 2.32, section 4.5 (APP1) and 4.6 (the IFD0 tag Orientation, 0x0112). Everything is read within [0, count).

static uint32_t u16(const uint8_t *p, int big) { return big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0]; }

static uint32_t u32(const uint8_t *p, int big) { return big ? u16(p, 1) << 16 | u16(p + 2, 1) : u16(p + 2, 0) << 16 | u16(p, 0); }

static uint32_t tiff_orientation(const uint8_t *tiff, size_t count) {
  if (count < 8) return 1;
  int big = tiff[0] == 'M';
  if (tiff[0] != tiff[1] || (tiff[0] != 'M' && tiff[0] != 'I') || u16(tiff + 2, big) != 42) return 1;
  size_t at = u32(tiff + 4, big);
  if (at > count || count - at < 2) return 1;
  uint32_t entries = u16(tiff + at, big);
  for (at += 2; entries > 0 && count - at >= 12; entries--, at += 12) {
    const uint8_t *entry = tiff + at;
    if (u16(entry, big) != 0x0112) continue;
    uint32_t type = u16(entry + 2, big), value = u16(entry + 8, big);
    return type == 3 && u32(entry + 4, big) == 1 && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

uint32_t facet_png_orientation(const uint8_t *bytes, size_t count) {
  // PNG 3rd edition, section 11.3.3.1: chunk eXIf, a TIFF header and what follows it.
  size_t at = 8;
  while (count - at >= 12) {
    const size_t length = u32(bytes + at, 1);
    if (length > count - at - 12) break;
    const uint8_t *type = bytes + at + 4;
    if (memcmp(type, "eXIf", 4) == 0) return tiff_orientation(type + 4, length);
    if (memcmp(type, "IEND", 4) == 0) break;
    at += 12 + length;
  }
  return 1;
}

uint32_t facet_jpeg_orientation(const uint8_t *bytes, size_t count) {
  static const uint8_t exif[6] = {'E', 'x', 'i', 'f', 0, 0};
  size_t at = 2;
  while (at < count && count - at >= 4 && bytes[at] == 0xff) {
    uint8_t marker = bytes[at + 1];
    if (marker == 0xff) {  // a fill byte
      at += 1;
      continue;
    }
    if (marker == 0xda || marker == 0xd9) break;  // the picture begins
    size_t length = u16(bytes + at + 2, 1);
    if (length < 2 || length > count - at - 2) break;
    const uint8_t *body = bytes + at + 4;
    if (marker == 0xe1 && length >= 2 + sizeof exif && memcmp(body, exif, sizeof exif) == 0)
      return tiff_orientation(body + sizeof exif, length - 2 - sizeof exif);
    at += 2 + length;
  }
  return 1;
}
