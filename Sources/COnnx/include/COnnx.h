#ifndef FACET_CONNX_H
#define FACET_CONNX_H

// Decodes ONNX models (Formats/onnx/onnx.proto) with bounded memory.

#include "onnx.pb-c.h"

/// What decoding may take. Both limits are in bytes.
typedef struct {
  /// Memory held at one time.
  size_t live;
  /// Sum of all allocations, freed or not: bounds the time of inputs made of ever-repeated merges.
  size_t total;
} connx_limits;

typedef enum {
  CONNX_OK = 0,
  /// Not a protobuf message of this form: damaged, cut short, or another kind of file.
  CONNX_MALFORMED = 1,
  /// Decoding needs more than the limits allow.
  CONNX_MEMORY = 2,
  /// The machine has no more memory.
  CONNX_EXHAUSTED = 3,
} connx_status;

/// Decodes `length` bytes. On CONNX_OK `*model` is to be freed with `connx_free`; otherwise it is NULL.
/// The bytes are copied and may go away.
connx_status connx_decode(const uint8_t *bytes, size_t length, connx_limits limits, Onnx__ModelProto **model);

/// The same, for anonymous memory that is not read again: pages of weights are given back to the system as they are copied, so that
/// the file and its copy are not held at one time. The bytes are undefined afterwards.
connx_status connx_decode_discarding(uint8_t *bytes, size_t length, connx_limits limits, Onnx__ModelProto **model);

void connx_free(Onnx__ModelProto *model);

/// Decodes a subgraph, which a model's attribute holds as bytes. To be freed with `connx_free_graph`.
connx_status connx_decode_graph(const uint8_t *bytes, size_t length, connx_limits limits, Onnx__GraphProto **graph);

void connx_free_graph(Onnx__GraphProto *graph);

/// Frees the data of one tensor early (raw and typed); its name, type and sizes stay.
void connx_release_data(Onnx__TensorProto *tensor);

#endif
