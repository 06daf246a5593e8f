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

/// Looks at a part of the image only, clipped to it; 0 after a message: it lies outside, or the input is no image.
static int set_roi(input_file *in, const int32_t roi[4]) {
  if (in->kind != INPUT_FRAMES) return fail(in->path, "--roi needs an image: .ppm, .pgm or uint8 .npy"), 0;
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

/// Takes over what the header of an image says; 0 after a message.
static int take_pnm(input_file *in, const pnm_header *h) {
  in->kind = INPUT_FRAMES;
  in->offset = h->data;
  in->sample_bytes = h->bytes;
  in->width = h->width;
  in->height = h->height;
  in->channels = h->channels;
  return 1;
}

static int open_pnm(input_file *in) {
  pnm_header h;
  const char *reason;
  int is_cut;
  if (!pnm_parse(&h, in->bytes, in->count, &reason, &is_cut)) return fail(in->path, reason), 0;
  if (h.data > in->count || h.bytes > in->count - h.data) return fail(in->path, "the PPM image is cut off"), 0;
  in->samples = 1;
  return take_pnm(in, &h);
}

/// - `bytes`, `count`: the file, or its header alone, behind which `waiting` bytes stand at most.
static int open_npy(input_file *in, const uint8_t *bytes, size_t count, size_t waiting) {
  npy_header h;
  const char *reason;
  if (!npy_parse(&h, bytes, count, &reason)) return fail(in->path, reason), 0;
  int32_t height, width, channels;
  const int takes_pixels = facet_input_size(in->bundle, &height, &width, &channels);
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
  if (!h.shape[0] || h.shape[0] > waiting / elements) return fail(in->path, "the array is empty or the file is cut off"), 0;
  in->offset = h.data;
  in->sample_bytes = (size_t)elements;
  in->samples = (size_t)h.shape[0];
  if (h.is_float) {
    if (h.shape[1] != (uint64_t)channels || h.shape[2] != (uint64_t)height || h.shape[3] != (uint64_t)width) {
      fail_begin(in->path);
      fprintf(stderr, "the network takes [N, %d, %d, %d], the array is [%llu, %llu, %llu, %llu]%s\n", (int)channels, (int)height, (int)width,
              (unsigned long long)h.shape[0], (unsigned long long)h.shape[1], (unsigned long long)h.shape[2], (unsigned long long)h.shape[3],
              h.shape[1] == (uint64_t)height && h.shape[2] == (uint64_t)width && h.shape[3] == (uint64_t)channels
                  ? ", which is NHWC: save x.transpose(0, 3, 1, 2)"
                  : "");
      return 0;
    }
    in->kind = INPUT_TENSORS;
    in->element_bytes = h.element_bytes;
    const int is_in_place = in->bytes && h.element_bytes == sizeof(float) && in->offset % sizeof(float) == 0;
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

/// Whether the bytes begin as an image of a format that is not decoded here; a message then.
static int is_compressed_image(const input_file *in, const uint8_t *front, size_t count) {
  if (count <= 3 || (memcmp(front, "\x89PNG", 4) && memcmp(front, "\xFF\xD8\xFF", 3))) return 0;
  fail(in->path, front[0] == 0x89 ? "a PNG image, which is not decoded here: send PPM, PGM, .npy or raw pixels"
                                  : "a JPEG image, which is not decoded here: send PPM, PGM, .npy or raw pixels");
  return 1;
}

static int open_raw(input_file *in) {
  int32_t height, width, channels;
  if (!facet_input_size(in->bundle, &height, &width, &channels)) return fail(in->path, "the network takes float32 tensors (.npy), not raw pixels"), 0;
  in->kind = INPUT_PIXELS;
  in->offset = 0;
  in->sample_bytes = (size_t)height * (size_t)width * (size_t)channels;
  if (!in->bytes) return 1;
  in->samples = 1;
  if (in->count == in->sample_bytes) return 1;
  fail_begin(in->path);
  fprintf(stderr, "raw pixels must be %d x %d x %d = %zu bytes, the file has %zu (facet-run reads these, .ppm, .pgm and .npy)\n", (int)height,
          (int)width, (int)channels, in->sample_bytes, in->count);
  return 0;
}

/// The format that a file's name says.
static input_format format_of(const char *path) {
  if (ends_with(path, ".npy")) return INPUT_NPY;
  return ends_with(path, ".ppm") || ends_with(path, ".pgm") || ends_with(path, ".pnm") ? INPUT_PNM : INPUT_RAW;
}

static int open_mapped(input_file *in) {
  if (in->format == INPUT_ANY) {
    // By their size alone, they could pass for raw pixels.
    if (is_compressed_image(in, in->bytes, in->count)) return 0;
    in->format = format_of(in->path);
  }
  switch (in->format) {
  case INPUT_PNM: return open_pnm(in);
  case INPUT_NPY: {
    const size_t header = npy_header_bytes(in->bytes, in->count);
    return open_npy(in, in->bytes, in->count, header < in->count ? in->count - header : 0);
  }
  default: return open_raw(in);
  }
}

int input_open(input_file *in, const char *path, const facet_bundle *bundle, const arguments *a) {
  *in = (input_file){.path = path, .bundle = bundle, .options = a, .format = a->format};
  if (!strcmp(path, "-")) return 1;
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a named pipe must not make us wait; it is refused below
  struct stat status;
  if (file < 0 || fstat(file, &status)) {
    fail_system(path, "cannot be opened");
    if (file >= 0) close(file);
    return 0;
  }
  int opened = 0;
  if (!S_ISREG(status.st_mode) || status.st_size <= 0 || (uint64_t)status.st_size > SIZE_MAX / 2) {
    fail(path, S_ISFIFO(status.st_mode)                         ? "not a regular file: a pipe is read as standard input, which is -"
               : S_ISREG(status.st_mode) && status.st_size == 0 ? "the file is empty"
                                                                : "not a regular file, or too large");
  } else {
    in->count = (size_t)status.st_size;
    void *mapped = mmap(NULL, in->count, PROT_READ, MAP_PRIVATE, file, 0);
    if (mapped == MAP_FAILED) {
      fail_system(path, "cannot be mapped");
    } else {
      in->bytes = mapped;
      opened = open_mapped(in) && (!a->has_roi || set_roi(in, a->roi));
    }
  }
  close(file);
  if (!opened) input_close(in);
  return opened;
}

static int is_space(uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Finds out by its first bytes what a stream holds, and reads an npy's header; 0 after a message.
static int open_stream(input_file *in) {
  enum { MAXIMUM_HEADER = 1 << 20 };
  stream *s = &in->stream;
  if (stream_fill(s, in->path, 12) < 0) return 0;
  const uint8_t *front = stream_front(s);
  const size_t waiting = stream_waiting(s);
  if (!waiting) return fail(in->path, "nothing came from standard input"), 0;
  if (in->format != INPUT_NPY && in->format != INPUT_RAW && is_compressed_image(in, front, waiting)) return 0;
  if (in->format == INPUT_ANY)
    in->format = waiting > 6 && !memcmp(front, "\x93NUMPY", 6)                                                                       ? INPUT_NPY
                 : waiting > 3 && front[0] == 'P' && (front[1] == '5' || front[1] == '6') && (is_space(front[2]) || front[2] == '#') ? INPUT_PNM
                                                                                                                                     : INPUT_RAW;
  if (in->format == INPUT_PNM) return 1;
  if (in->format == INPUT_RAW) return open_raw(in);
  const size_t header = npy_header_bytes(front, waiting);
  if (!header || header > MAXIMUM_HEADER) return fail(in->path, "not an npy file, or its header is damaged"), 0;
  const int is_whole = stream_fill(s, in->path, header);
  if (is_whole < 0) return 0;
  if (!is_whole) return fail(in->path, "the npy header is cut off"), 0;
  if (!open_npy(in, stream_front(s), header, SIZE_MAX)) return 0;
  in->offset = 0;
  stream_take(s, header);
  return 1;
}

/// Reads the header of the next image of a stream: 1, 0 where the stream has ended, -1 after a message.
static int next_pnm(input_file *in) {
  enum { MAXIMUM_HEADER = 4096 };
  stream *s = &in->stream;
  const int any = stream_fill(s, in->path, 1);
  if (any <= 0) return any;
  pnm_header h;
  const char *reason;
  int is_cut;
  while (!pnm_parse(&h, stream_front(s), stream_waiting(s), &reason, &is_cut)) {
    const size_t waiting = stream_waiting(s);
    const int more = is_cut && waiting < MAXIMUM_HEADER ? stream_fill(s, in->path, waiting + 1) : 0;
    if (more < 0) return -1;
    if (!more) return fail(in->path, reason), -1;
  }
  return take_pnm(in, &h) && (!in->options->has_roi || set_roi(in, in->options->roi)) ? 1 : -1;
}

/// Reads the next sample of a stream.
static int next_of_stream(input_file *in) {
  enum { MAXIMUM_SAMPLE = 1 << 28 };
  stream *s = &in->stream;
  if (in->sample)
    stream_take(s, in->offset + in->sample_bytes);
  else if (!open_stream(in))
    return -1;
  if (in->samples && in->sample == in->samples) return 0;
  if (in->format == INPUT_PNM) {
    const int found = next_pnm(in);
    if (found <= 0) return found;
  } else if (in->format == INPUT_RAW) {
    const int any = stream_fill(s, in->path, 1);
    if (any <= 0) return any;
  }
  if (!in->sample && in->format != INPUT_PNM && in->options->has_roi && !set_roi(in, in->options->roi)) return -1;
  if (in->sample_bytes > MAXIMUM_SAMPLE) return fail(in->path, "a sample is larger than 256 MiB: put it into a file"), -1;
  const int is_whole = stream_fill(s, in->path, in->offset + in->sample_bytes);
  if (is_whole < 0) return -1;
  if (is_whole) return in->sample++, 1;
  fail_begin(in->path);
  fprintf(stderr, "sample %zu is cut off: %zu of %zu bytes came\n", in->sample, stream_waiting(s), in->offset + in->sample_bytes);
  return -1;
}

int input_next(input_file *in) {
  if (!in->bytes) return next_of_stream(in);
  return in->sample < in->samples ? (in->sample++, 1) : 0;
}

/// How many values, by fours, have no largest exponent among them, or 0.
static size_t count_finite(const float *values, size_t count) {
  typedef uint32_t words __attribute__((vector_size(16)));
  words found = {0};
  size_t i = 0;
  for (; count - i >= 4; i += 4) {
    words bits;
    memcpy(&bits, values + i, sizeof bits);
    found |= (bits & 0x7F800000) + 0x00800000; // carries into the sign
  }
  return (found[0] | found[1] | found[2] | found[3]) >> 31 ? 0 : i;
}

/// One infinite number or NaN would spread over all scores.
static int is_finite(const input_file *in, size_t index, const float *values, size_t count) {
  for (size_t i = count_finite(values, count); i < count; i++) {
    if (values[i] - values[i] == 0.0f) continue;
    fail_begin(in->path);
    fprintf(stderr, "element %zu of sample %zu is %s\n", i, index, values[i] == values[i] ? "infinite" : "not a number (NaN)");
    return 0;
  }
  return 1;
}

int input_set(input_file *in, facet_session *session) {
  const size_t index = in->sample - 1;
  const uint8_t *sample = in->bytes ? in->bytes + in->offset + index * in->sample_bytes : stream_front(&in->stream) + in->offset;
  facet_error error;
  int done = 0;
  switch (in->kind) {
  case INPUT_PIXELS: done = facet_set_pixels(session, sample, in->sample_bytes, &error); break;
  case INPUT_FRAMES:
    done = facet_set_frame(session, sample, in->sample_bytes, in->width, in->height, (size_t)in->width * (size_t)in->channels, in->channels,
                           in->roi[0], in->roi[1], in->roi[2], in->roi[3], &error);
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
  stream_close(&in->stream);
  free(in->aligned);
  in->bytes = NULL;
  in->aligned = NULL;
}
