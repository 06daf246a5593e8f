#include "COnnx.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>

// protobuf-c's allocator with an account. The account lives only while decoding: what is left then belongs to the
// model and is freed without it.
typedef struct {
  connx_limits limits;
  size_t live;
  size_t total;
  bool refused;
} account;

static void *take(void *data, size_t size) {
  account *a = data;
  if (size > a->limits.total - a->total || size > a->limits.live - a->live) {
    a->refused = true;
    return NULL;
  }
  void *block = malloc(size ? size : 1);
  if (!block) {
    a->refused = true;
    return NULL;
  }
  // malloc rounds up, so an account may end slightly above its limit; the subtractions above must not wrap then.
  size_t used = malloc_usable_size(block);
  size_t live_left = a->limits.live - a->live, total_left = a->limits.total - a->total;
  a->live += used < live_left ? used : live_left;
  a->total += used < total_left ? used : total_left;
  return block;
}

static void give(void *data, void *block) {
  account *a = data;
  if (!block) return;
  size_t used = malloc_usable_size(block);
  a->live -= used < a->live ? used : a->live;
  free(block);
}

connx_status connx_decode(const uint8_t *bytes, size_t length, connx_limits limits, Onnx__ModelProto **model) {
  account a = {.limits = limits};
  ProtobufCAllocator allocator = {.alloc = take, .free = give, .allocator_data = &a};
  *model = onnx__model_proto__unpack(&allocator, length, bytes);
  if (*model) return CONNX_OK;
  return a.refused ? CONNX_MEMORY : CONNX_MALFORMED;
}

void connx_free(Onnx__ModelProto *model) {
  if (model) onnx__model_proto__free_unpacked(model, NULL);
}

void connx_release_data(Onnx__TensorProto *tensor) {
  free(tensor->raw_data.data);
  free(tensor->float_data);
  free(tensor->int32_data);
  free(tensor->int64_data);
  free(tensor->double_data);
  free(tensor->uint64_data);
  tensor->has_raw_data = 0;
  tensor->raw_data = (ProtobufCBinaryData){0};
  tensor->float_data = NULL;
  tensor->int32_data = NULL;
  tensor->int64_data = NULL;
  tensor->double_data = NULL;
  tensor->uint64_data = NULL;
  tensor->n_float_data = tensor->n_int32_data = tensor->n_int64_data = 0;
  tensor->n_double_data = tensor->n_uint64_data = 0;
}
