/// The inputs of facet-run: PPM, npy or raw pixels, mapped and checked.
#ifndef FACET_RUN_INPUT_H
#define FACET_RUN_INPUT_H
#include "facet.h"

typedef enum { INPUT_PIXELS, INPUT_FRAMES, INPUT_TENSORS } input_kind;

typedef struct {
  const char *path;
  const uint8_t *bytes; ///< the mapped file
  size_t count;
  input_kind kind;
  size_t offset;       ///< of sample 0
  size_t sample_bytes; ///< in the file
  size_t element_bytes; ///< of a tensor: 4 (float32) or 8 (float64)
  size_t samples;
  int32_t width, height, channels; ///< of a frame
  int32_t roi[4]; ///< x, y, width, height of its part that is looked at; a width of 0: all of it
  float *aligned; ///< room for one sample where the numbers in the file are not aligned, or are float64
} input_file;

/// Opens and checks a file for a bundle; 0 after a message.
int input_open(input_file *input, const char *path, const facet_bundle *bundle);
/// Looks at a part of the image only (x, y, width, height), clipped to it; 0 after a message: outside it, or the input is no image.
int input_set_roi(input_file *input, const int32_t roi[4]);
/// Sets sample `index`; 0 after a message.
int input_set(input_file *input, size_t index, facet_session *session);
void input_close(input_file *input);

/// Finds type and shape in the header of an npy file (NumPy's format 1.0 to 3.0); 0 and `reason` where it is not one that is read.
typedef struct {
  int is_float; ///< float32 or float64, otherwise uint8
  size_t element_bytes;
  int rank;
  uint64_t shape[4];
  size_t data; ///< offset of the first element
} npy_header;
int npy_parse(npy_header *header, const uint8_t *bytes, size_t count, const char **reason);

#endif
