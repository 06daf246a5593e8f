#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "image.h"

typedef struct {
  struct jpeg_error_mgr base;
  jmp_buf escape;
  int status;
  char *message;
  const uint8_t *bytes;
} errors;

_Noreturn static void fail(j_common_ptr cinfo, int status, const char *text) {
  errors *e = (errors *)cinfo->err;
  e->status = facet_image_fail(status, e->message, text);
  longjmp(e->escape, 1);
}

_Noreturn static void fail_with_library_text(j_common_ptr cinfo, int status) {
  char text[JMSG_LENGTH_MAX];
  cinfo->err->format_message(cinfo, text);
  fail(cinfo, status, text);
}

static void on_error(j_common_ptr cinfo) {
  switch (cinfo->err->msg_code) {
  case JERR_OUT_OF_MEMORY:
  case JERR_NO_BACKING_STORE: fail(cinfo, FACET_IMAGE_OUT_OF_MEMORY, "decoding needs more memory than is allowed");
  case JERR_BAD_PRECISION:
  case JERR_SOF_UNSUPPORTED:
  case JERR_ARITH_NOTIMPL:
  case JERR_CONVERSION_NOTIMPL:
  case JERR_CCIR601_NOTIMPL: fail_with_library_text(cinfo, FACET_IMAGE_UNSUPPORTED);
  case JERR_IMAGE_TOO_BIG: fail_with_library_text(cinfo, FACET_IMAGE_TOO_LARGE);
  default: fail_with_library_text(cinfo, FACET_IMAGE_CORRUPT);
  }
}

// Whether bytes that no block of a scan needed say that the scan was damaged: it came to its end too early. Cameras fill
// frames up with zeros (and 0xff is a fill byte by the standard); in the header, between markers, nothing depends on them.
static int left_over_data(j_common_ptr cinfo) {
  const j_decompress_ptr reader = (j_decompress_ptr)cinfo;
  if (!cinfo->is_decompressor || reader->input_scan_number == 0) return 0;
  const errors *e = (const errors *)cinfo->err;
  const uint8_t *end = reader->src->next_input_byte;
  ptrdiff_t count = cinfo->err->msg_parm.i[0];
  if (count > end - e->bytes) count = end - e->bytes;
  for (const uint8_t *at = end - count; at < end; at++)
    if (*at != 0 && *at != 0xff) return 1;
  return 0;
}

// libjpeg fills in gray where data is missing or damaged and only warns. Such pixels must not be mistaken for the
// image; what says nothing about the pixels (padding between markers, an odd JFIF version) stays silent.
static void on_message(j_common_ptr cinfo, int level) {
  if (level >= 0) return;
  switch (cinfo->err->msg_code) {
  case JWRN_HIT_MARKER:
  case JWRN_JPEG_EOF: fail_with_library_text(cinfo, FACET_IMAGE_TRUNCATED);
  case JWRN_HUFF_BAD_CODE:
  case JWRN_MUST_RESYNC:
  case JWRN_ARITH_BAD_CODE: fail_with_library_text(cinfo, FACET_IMAGE_CORRUPT);
  case JWRN_EXTRANEOUS_DATA:
    if (left_over_data(cinfo)) fail_with_library_text(cinfo, FACET_IMAGE_CORRUPT);
    return;
  default: return;
  }
}

static void on_output(j_common_ptr cinfo) { (void)cinfo; }

static void source_nothing(j_decompress_ptr cinfo) { (void)cinfo; }

static boolean source_fill(j_decompress_ptr cinfo) { fail((j_common_ptr)cinfo, FACET_IMAGE_TRUNCATED, "the file ends before the image does"); }

static void source_skip(j_decompress_ptr cinfo, long count) {
  if (count <= 0) return;
  if ((size_t)count > cinfo->src->bytes_in_buffer) source_fill(cinfo);
  cinfo->src->next_input_byte += count;
  cinfo->src->bytes_in_buffer -= (size_t)count;
}

static void on_progress(j_common_ptr cinfo) {
  if (((j_decompress_ptr)cinfo)->input_scan_number > FACET_IMAGE_MAX_SCANS) fail(cinfo, FACET_IMAGE_TOO_LARGE, "more than 100 progressive scans");
}

static void read_header(j_decompress_ptr cinfo, uint32_t orientation, facet_image_info *info) {
  errors *e = (errors *)cinfo->err;
  jpeg_read_header(cinfo, TRUE);
  int status = facet_image_check_size(cinfo->image_width, cinfo->image_height, e->message);
  if (status != FACET_IMAGE_OK) {
    e->status = status;
    longjmp(e->escape, 1);
  }
  switch (cinfo->jpeg_color_space) {
  case JCS_GRAYSCALE:
  case JCS_YCbCr:
  case JCS_RGB: break;
  case JCS_CMYK:
  case JCS_YCCK: fail((j_common_ptr)cinfo, FACET_IMAGE_UNSUPPORTED, "CMYK colours, which need a printer's profile");
  default: fail((j_common_ptr)cinfo, FACET_IMAGE_UNSUPPORTED, "a colour space that is neither gray nor RGB");
  }
  int turned = orientation >= 5;
  *info = (facet_image_info){
      .width = turned ? cinfo->image_height : cinfo->image_width,
      .height = turned ? cinfo->image_width : cinfo->image_height,
      .channels = (uint32_t)cinfo->num_components,
      .orientation = orientation,
      .format = FACET_IMAGE_JPEG,
  };
}

static void decode(j_decompress_ptr cinfo, uint32_t orientation, uint8_t *rgb) {
  cinfo->out_color_space = JCS_RGB;
  jpeg_start_decompress(cinfo);
  if (cinfo->output_width != cinfo->image_width || cinfo->output_height != cinfo->image_height || cinfo->output_components != 3)
    fail((j_common_ptr)cinfo, FACET_IMAGE_CORRUPT, "the decoder gives another size than the header");
  size_t bytes = (size_t)cinfo->output_width * 3;
  const facet_image_placement p = facet_image_place(orientation, cinfo->output_width, cinfo->output_height);
  JSAMPARRAY line = cinfo->mem->alloc_sarray((j_common_ptr)cinfo, JPOOL_IMAGE, (JDIMENSION)bytes, 1);
  while (cinfo->output_scanline < cinfo->output_height) {
    ptrdiff_t y = cinfo->output_scanline;
    if (jpeg_read_scanlines(cinfo, line, 1) != 1) fail((j_common_ptr)cinfo, FACET_IMAGE_CORRUPT, "the decoder stops before the last row");
    facet_image_put_row(p, rgb, line[0], y, cinfo->output_width);
  }
  jpeg_finish_decompress(cinfo);
}

int facet_jpeg_read(const uint8_t *bytes, size_t count, facet_image_info *info, uint8_t *rgb, size_t capacity, char *message) {
  struct jpeg_decompress_struct cinfo;
  errors e = {.status = FACET_IMAGE_CORRUPT, .message = message, .bytes = bytes};
  struct jpeg_progress_mgr progress = {.progress_monitor = on_progress};
  struct jpeg_source_mgr source = {
      .next_input_byte = bytes,
      .bytes_in_buffer = count,
      .init_source = source_nothing,
      .fill_input_buffer = source_fill,
      .skip_input_data = source_skip,
      .resync_to_restart = jpeg_resync_to_restart,
      .term_source = source_nothing,
  };
  uint32_t orientation = facet_jpeg_orientation(bytes, count);

  memset(&cinfo, 0, sizeof cinfo);
  cinfo.err = jpeg_std_error(&e.base);
  e.base.error_exit = on_error;
  e.base.emit_message = on_message;
  e.base.output_message = on_output;
  if (setjmp(e.escape)) {
    jpeg_destroy_decompress(&cinfo);
    return e.status;
  }
  jpeg_create_decompress(&cinfo);
  cinfo.mem->max_memory_to_use = FACET_IMAGE_MAX_JPEG_MEMORY;
  cinfo.src = &source;
  cinfo.progress = &progress;
  read_header(&cinfo, orientation, info);
  if (rgb != NULL) {
    if (capacity / 3 / info->width < info->height) fail((j_common_ptr)&cinfo, FACET_IMAGE_BAD_ARGUMENT, "the destination is too small");
    decode(&cinfo, orientation, rgb);
  }
  jpeg_destroy_decompress(&cinfo);
  return FACET_IMAGE_OK;
}
