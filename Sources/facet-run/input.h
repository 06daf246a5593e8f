/// The inputs of facet-run: PPM, PGM, npy or raw pixels, from mapped files or from standard input, checked.
#ifndef FACET_RUN_INPUT_H
#define FACET_RUN_INPUT_H
#include "arguments.h"
#include "facet.h"
#include "stream.h"

typedef enum { INPUT_PIXELS, INPUT_FRAMES, INPUT_TENSORS } input_kind;

typedef struct {
  const char *path;
  const facet_bundle *bundle;
  const arguments *options;
  input_format format;  ///< never INPUT_ANY once it is known
  const uint8_t *bytes; ///< the mapped file; NULL for standard input
  size_t count;
  stream stream; ///< of standard input
  input_kind kind;
  size_t offset;        ///< of sample 0; of a stream 0
  size_t sample_bytes;  ///< in the file
  size_t element_bytes; ///< of a tensor: 4 (float32) or 8 (float64)
  size_t samples;       ///< 0: not known before the stream ends
  size_t sample;        ///< one more than the index of the sample that is set; 0 before the first
  int32_t width, height, channels; ///< of a frame
  int32_t roi[4]; ///< x, y, width, height of its part that is looked at, clipped; a width of 0: all of it
  float *aligned; ///< room for one sample where the numbers in the file are not aligned, or are float64
} input_file;

/// Opens and checks a file for a bundle, with the region and the format that the options name; 0 after a message. "-" is standard input,
/// of which nothing is read yet.
int input_open(input_file *input, const char *path, const facet_bundle *bundle, const arguments *a);
/// Goes to the next sample, at first to the first one: 1, 0 where there is none, -1 after a message.
int input_next(input_file *input);
/// Sets the sample; 0 after a message.
int input_set(input_file *input, facet_session *session);
void input_close(input_file *input);

/// What a PGM or PPM header says; `data` is the offset of the first pixel.
typedef struct {
  int32_t width, height, channels;
  size_t data, bytes;
} pnm_header;
/// Reads the header of a PGM or PPM image; 0 and `reason` where it is not one that is read. `is_cut`: more bytes may make it one.
int pnm_parse(pnm_header *header, const uint8_t *bytes, size_t count, const char **reason, int *is_cut);

/// Finds type and shape in the header of an npy file (NumPy's format 1.0 to 3.0); 0 and `reason` where it is not one that is read.
typedef struct {
  int is_float; ///< float32 or float64, otherwise uint8
  size_t element_bytes;
  int rank;
  uint64_t shape[4];
  size_t data; ///< offset of the first element
} npy_header;
int npy_parse(npy_header *header, const uint8_t *bytes, size_t count, const char **reason);
/// Bytes of the header, from the file's first ones; 0 where they are none of an npy file.
size_t npy_header_bytes(const uint8_t *bytes, size_t count);

#endif
