#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"

typedef struct {
  const uint8_t *next;
  size_t left;
  int truncated;
  char *message;
  uint8_t *stored;  // the pixels before they are turned; freed with the decoder
} reader;

static void read_bytes(png_structp png, png_bytep to, size_t length) {
  reader *r = png_get_io_ptr(png);
  if (length > r->left) {
    r->truncated = 1;
    png_error(png, "the file ends before the image does");
  }
  memcpy(to, r->next, length);
  r->next += length;
  r->left -= length;
}

static void on_error(png_structp png, png_const_charp text) {
  reader *r = png_get_error_ptr(png);
  snprintf(r->message, FACET_IMAGE_MESSAGE, "%s", text);
  longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

int facet_png_read(const uint8_t *bytes, size_t count, facet_image_info *info, uint8_t *rgb, size_t capacity, char *message) {
  reader r = {bytes, count, 0, message, NULL};
  const uint32_t orientation = facet_png_orientation(bytes, count);
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r, on_error, on_warning);
  if (png == NULL) return facet_image_fail(FACET_IMAGE_OUT_OF_MEMORY, message, "no memory for the PNG decoder");
  png_infop png_info = png_create_info_struct(png);
  if (png_info == NULL) {
    png_destroy_read_struct(&png, NULL, NULL);
    return facet_image_fail(FACET_IMAGE_OUT_OF_MEMORY, message, "no memory for the PNG decoder");
  }
  if (setjmp(png_jmpbuf(png))) {
    free(r.stored);
    png_destroy_read_struct(&png, &png_info, NULL);
    return r.truncated ? FACET_IMAGE_TRUNCATED : FACET_IMAGE_CORRUPT;
  }
  png_set_read_fn(png, &r, read_bytes);
  // The size is checked below, with a message of its own; here only what libpng's arithmetic needs.
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_chunk_cache_max(png, 128);
  png_set_chunk_malloc_max(png, 8 << 20);
  // Text, profiles, times and the like are skipped unread; the palette and transparency stay.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_read_info(png, png_info);

  png_uint_32 width = png_get_image_width(png, png_info), height = png_get_image_height(png, png_info);
  int status = facet_image_check_size(width, height, message);
  if (status == FACET_IMAGE_OK) {
    const int turned = orientation >= 5;
    *info = (facet_image_info){turned ? height : width, turned ? width : height, png_get_channels(png, png_info), orientation, FACET_IMAGE_PNG};
    if (png_get_color_type(png, png_info) == PNG_COLOR_TYPE_PALETTE) info->channels = 3;
    if (rgb != NULL && capacity / 3 / width < height) status = facet_image_fail(FACET_IMAGE_BAD_ARGUMENT, message, "the destination is too small");
  }
  if (status != FACET_IMAGE_OK || rgb == NULL) {
    png_destroy_read_struct(&png, &png_info, NULL);
    return status;
  }

  png_set_expand(png);
  png_set_scale_16(png);
  png_set_strip_alpha(png);
  png_set_gray_to_rgb(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, png_info);
  size_t row = (size_t)width * 3;
  if (png_get_rowbytes(png, png_info) != row) png_error(png, "the pixels cannot be turned into 8-bit RGB");
  if (orientation != 1) {
    // Interlaced rows are read several times, so the image is turned when it is whole.
    r.stored = malloc(row * height);
    if (r.stored == NULL) {
      png_destroy_read_struct(&png, &png_info, NULL);
      return facet_image_fail(FACET_IMAGE_OUT_OF_MEMORY, message, "no memory to turn the image");
    }
  }
  uint8_t *rows = r.stored == NULL ? rgb : r.stored;
  for (int pass = 0; pass < passes; pass++)
    for (png_uint_32 y = 0; y < height; y++) png_read_row(png, rows + y * row, NULL);
  png_read_end(png, NULL);
  png_destroy_read_struct(&png, &png_info, NULL);
  if (r.stored != NULL) {
    const facet_image_placement p = facet_image_place(orientation, width, height);
    for (png_uint_32 y = 0; y < height; y++) facet_image_put_row(p, rgb, r.stored + y * row, y, width);
    free(r.stored);
  }
  return FACET_IMAGE_OK;
}
