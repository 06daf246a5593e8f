#include "input.h"
#include "output.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int ends_with(const char *path, const char *end) {
  const size_t n = strlen(path), m = strlen(end);
  return n >= m && !strcmp(path + n - m, end);
}

/// A number of a PPM header after white space and comments; -1 where there is none up to `maximum`.
static long ppm_number(const uint8_t *bytes, size_t count, size_t *at, long maximum) {
  for (; *at < count; ++*at) {
    const uint8_t c = bytes[*at];
    if (c == '#') {
      while (*at < count && bytes[*at] != '\n') ++*at;
      if (*at == count) return -1;
    } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      break;
    }
  }
  long value = -1;
  for (; *at < count && bytes[*at] >= '0' && bytes[*at] <= '9'; ++*at) {
    value = (value < 0 ? 0 : value) * 10 + (bytes[*at] - '0');
    if (value > maximum) return -1;
  }
  return value;
}

static int open_ppm(input_file *in) {
  enum { MAXIMUM_SIDE = 16384 };
  if (in->count < 2 || memcmp(in->bytes, "P6", 2)) return fail(in->path, "not a binary PPM image (P6)"), 0;
  size_t at = 2;
  const long width = ppm_number(in->bytes, in->count, &at, MAXIMUM_SIDE);
  const long height = ppm_number(in->bytes, in->count, &at, MAXIMUM_SIDE);
  const long levels = ppm_number(in->bytes, in->count, &at, 65535);
  if (width < 1 || height < 1) return fail(in->path, "the PPM header is damaged, or a side is longer than 16384 pixels"), 0;
  if (levels != 255) return fail(in->path, "the PPM image does not have 255 levels (8 bits a channel)"), 0;
  const uint64_t bytes = (uint64_t)width * (uint64_t)height * 3;
  if (at >= in->count || bytes > in->count - at - 1) return fail(in->path, "the PPM image is cut off"), 0;
  in->kind = INPUT_FRAMES;
  in->offset = at + 1;
  in->sample_bytes = (size_t)bytes;
  in->samples = 1;
  in->width = (int32_t)width;
  in->height = (int32_t)height;
  in->channels = 3;
  return 1;
}

static int open_npy(input_file *in, const facet_bundle *bundle) {
  npy_header h;
  const char *reason;
  if (!npy_parse(&h, in->bytes, in->count, &reason)) return fail(in->path, reason), 0;
  int32_t height, width, channels;
  const int takes_pixels = facet_input_size(bundle, &height, &width, &channels);
  // A single sample may come without its first axis.
  if (h.rank == 3) {
    memmove(h.shape + 1, h.shape, 3 * sizeof h.shape[0]);
    h.shape[0] = 1;
    h.rank = 4;
  }
  // A network of vectors takes [N, C].
  if (h.rank == 2 && h.is_float && height == 1 && width == 1) {
    h.shape[2] = h.shape[3] = 1;
    h.rank = 4;
  }
  if (h.rank != 4) return fail(in->path, "the array has neither three nor four axes"), 0;
  uint64_t elements = h.element_bytes;
  for (int i = 1; i < 4; i++) {
    if (!h.shape[i] || h.shape[i] > ((uint64_t)1 << 40) / elements) return fail(in->path, "an axis of the array is empty or too long"), 0;
    elements *= h.shape[i];
  }
  if (!h.shape[0] || h.shape[0] > (in->count - h.data) / elements) return fail(in->path, "the array is empty or the file is cut off"), 0;
  in->offset = h.data;
  in->sample_bytes = (size_t)elements;
  in->samples = (size_t)h.shape[0];
  if (h.is_float) {
    if (h.shape[1] != (uint64_t)channels || h.shape[2] != (uint64_t)height || h.shape[3] != (uint64_t)width) {
      fail_begin(in->path);
      fprintf(stderr, "the network takes [N, %d, %d, %d], the array is [%llu, %llu, %llu, %llu]%s\n", (int)channels, (int)height,
              (int)width, (unsigned long long)h.shape[0], (unsigned long long)h.shape[1], (unsigned long long)h.shape[2],
              (unsigned long long)h.shape[3],
              h.shape[1] == (uint64_t)height && h.shape[2] == (uint64_t)width && h.shape[3] == (uint64_t)channels
                  ? ", which is NHWC: save x.transpose(0, 3, 1, 2)" : "");
      return 0;
    }
    in->kind = INPUT_TENSORS;
    in->element_bytes = h.element_bytes;
    const int is_in_place = h.element_bytes == sizeof(float) && in->offset % sizeof(float) == 0;
    if (!is_in_place && !(in->aligned = malloc(in->sample_bytes))) return fail(in->path, "there is not enough memory"), 0;
    return 1;
  }
  if (!takes_pixels) return fail(in->path, "the network takes float32 tensors, not pixels"), 0;
  if (h.shape[3] != 3 && h.shape[3] != 1 && (h.shape[1] == 3 || h.shape[1] == 1))
    return fail(in->path, "pixels are [N, height, width, 3], and this is NCHW: save x.transpose(0, 2, 3, 1)"), 0;
  if ((h.shape[3] != 3 && h.shape[3] != 1) || h.shape[1] > 16384 || h.shape[2] > 16384)
    return fail(in->path, "pixels must be [N, height, width, 3] or [N, height, width, 1] with sides up to 16384"), 0;
  in->kind = INPUT_FRAMES;
  in->height = (int32_t)h.shape[1];
  in->width = (int32_t)h.shape[2];
  in->channels = (int32_t)h.shape[3];
  return 1;
}

static int open_raw(input_file *in, const facet_bundle *bundle) {
  int32_t height, width, channels;
  if (!facet_input_size(bundle, &height, &width, &channels)) return fail(in->path, "the network takes float32 tensors (.npy), not raw pixels"), 0;
  in->kind = INPUT_PIXELS;
  in->sample_bytes = (size_t)height * (size_t)width * (size_t)channels;
  in->samples = 1;
  if (in->count == in->sample_bytes) return 1;
  fail_begin(in->path);
  fprintf(stderr, "raw pixels must be %d x %d x %d = %zu bytes, the file has %zu (facet-run reads these, .ppm and .npy)\n", (int)height, (int)width, (int)channels,
          in->sample_bytes, in->count);
  return 0;
}

int input_open(input_file *in, const char *path, const facet_bundle *bundle) {
  *in = (input_file){.path = path};
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a named pipe must not make us wait; it is refused below
  struct stat status;
  if (file < 0 || fstat(file, &status)) {
    fail_system(path, "cannot be opened");
    if (file >= 0) close(file);
    return 0;
  }
  int opened = 0;
  if (!S_ISREG(status.st_mode) || status.st_size <= 0 || (uint64_t)status.st_size > SIZE_MAX / 2) {
    fail(path, "not a regular file, empty, or too large");
  } else {
    in->count = (size_t)status.st_size;
    void *mapped = mmap(NULL, in->count, PROT_READ, MAP_PRIVATE, file, 0);
    if (mapped == MAP_FAILED) {
      fail_system(path, "cannot be mapped");
    } else {
      in->bytes = mapped;
      opened = ends_with(path, ".ppm") ? open_ppm(in) : ends_with(path, ".npy") ? open_npy(in, bundle) : open_raw(in, bundle);
    }
  }
  close(file);
  if (!opened) input_close(in);
  return opened;
}

int input_set_roi(input_file *in, const int32_t roi[4]) {
  if (in->kind != INPUT_FRAMES) return fail(in->path, "--roi needs an image: .ppm or uint8 .npy"), 0;
  const int32_t frame[2] = {in->width, in->height};
  for (int i = 0; i < 2; i++) {
    // Both numbers are at most 10^9: the sum may not fit in 32 bits.
    const int64_t end = (int64_t)roi[i] + roi[i + 2];
    const int64_t low = roi[i] < 0 ? 0 : roi[i], high = end > frame[i] ? frame[i] : end;
    if (low >= high) {
      fail_begin(in->path);
      fprintf(stderr, "the region of %d x %d pixels at %d, %d lies outside the image of %d x %d\n", (int)roi[2], (int)roi[3], (int)roi[0],
              (int)roi[1], (int)in->width, (int)in->height);
      return 0;
    }
    in->roi[i] = (int32_t)low;
    in->roi[i + 2] = (int32_t)(high - low);
  }
  return 1;
}

/// One infinite number or NaN would spread over all scores.
static int is_finite(const input_file *in, size_t index, const float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (values[i] - values[i] == 0.0f) continue;
    fail_begin(in->path);
    fprintf(stderr, "element %zu of sample %zu is %s\n", i, index, values[i] == values[i] ? "infinite" : "no number (NaN)");
    return 0;
  }
  return 1;
}

int input_set(input_file *in, size_t index, facet_session *session) {
  const uint8_t *sample = in->bytes + in->offset + index * in->sample_bytes;
  facet_error error;
  int done = 0;
  switch (in->kind) {
  case INPUT_PIXELS: done = facet_set_pixels(session, sample, in->sample_bytes, &error); break;
  case INPUT_FRAMES:
    done = facet_set_frame(session, sample, in->sample_bytes, in->width, in->height, (size_t)in->width * (size_t)in->channels,
                           in->channels, in->roi[0], in->roi[1], in->roi[2], in->roi[3], &error);
    break;
  case INPUT_TENSORS: {
    const void *values = sample;
    const size_t count = in->sample_bytes / in->element_bytes;
    if (in->element_bytes == sizeof(double)) {
      for (size_t i = 0; i < count; i++) {
        double value;
        memcpy(&value, sample + i * sizeof value, sizeof value);
        in->aligned[i] = (float)value;
      }
      values = in->aligned;
    } else if (in->aligned) {
      values = memcpy(in->aligned, sample, in->sample_bytes);
    }
    if (!is_finite(in, index, values, count)) return 0;
    done = facet_set_tensor(session, values, count, &error);
    break;
  }
  }
  if (!done) fail_error(in->path, &error);
  return done;
}

void input_close(input_file *in) {
  if (in->bytes) munmap((void *)in->bytes, in->count);
  free(in->aligned);
  in->bytes = NULL;
  in->aligned = NULL;
}
