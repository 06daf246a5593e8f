#include "COnnx.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// protobuf-c's allocator with an account. The account lives only while decoding: what is left then belongs to the
// model and is freed without it.
typedef struct {
  connx_limits limits;
  size_t live;
  size_t total;
  bool refused;
  bool exhausted;
} account;

static void *take(void *data, size_t size) {
  account *a = data;
  if (size > a->limits.total - a->total || size > a->limits.live - a->live) {
    a->refused = true;
    return NULL;
  }
  void *block = malloc(size ? size : 1);
  if (!block) {
    a->exhausted = true;
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

// Of a decoding that failed.
static connx_status status_of(const account *a) {
  return a->exhausted ? CONNX_EXHAUSTED : a->refused ? CONNX_MEMORY : CONNX_MALFORMED;
}

connx_status connx_decode(const uint8_t *bytes, size_t length, connx_limits limits, Onnx__ModelProto **model) {
  account a = {.limits = limits};
  ProtobufCAllocator allocator = {.alloc = take, .free = give, .allocator_data = &a};
  *model = onnx__model_proto__unpack(&allocator, length, bytes);
  if (*model) return CONNX_OK;
  return status_of(&a);
}

connx_status connx_decode_graph(const uint8_t *bytes, size_t length, connx_limits limits, Onnx__GraphProto **graph) {
  account a = {.limits = limits};
  ProtobufCAllocator allocator = {.alloc = take, .free = give, .allocator_data = &a};
  *graph = onnx__graph_proto__unpack(&allocator, length, bytes);
  if (*graph) return CONNX_OK;
  return status_of(&a);
}

void connx_free_graph(Onnx__GraphProto *graph) {
  if (graph) onnx__graph_proto__free_unpacked(graph, NULL);
}

// One field of a message, as it lies in the file.
typedef struct {
  uint32_t number;
  const uint8_t *begin, *end;  // with its tag
  const uint8_t *content;      // of a length-delimited field; otherwise NULL
} field;

static bool next_varint(const uint8_t **at, const uint8_t *end, uint64_t *value) {
  *value = 0;
  for (int shift = 0; shift < 64 && *at < end; shift += 7) {
    const uint8_t byte = *(*at)++;
    *value |= (uint64_t)(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

// The field that begins at `at`; false where none does that this decoder knows.
static bool next_field(const uint8_t *at, const uint8_t *end, field *f) {
  uint64_t tag, size;
  *f = (field){.begin = at};
  if (!next_varint(&at, end, &tag) || tag >> 3 > UINT32_MAX) return false;
  f->number = (uint32_t)(tag >> 3);
  switch (tag & 7) {
    case 0:
      if (!next_varint(&at, end, &size)) return false;
      size = 0;
      break;
    case 1: size = 8; break;
    case 2:
      if (!next_varint(&at, end, &size)) return false;
      f->content = at;
      break;
    case 5: size = 4; break;
    default: return false;
  }
  if (size > (uint64_t)(end - at)) return false;
  f->end = at + size;
  return true;
}

// Lets the system have the whole pages of bytes that are not read again.
static void discard(const uint8_t *begin, const uint8_t *end) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  const uintptr_t first = ((uintptr_t)begin + page - 1) / page * page, last = (uintptr_t)end / page * page;
  if (first < last) madvise((void *)first, last - first, MADV_DONTNEED);
}

enum { MODEL_GRAPH = 7, GRAPH_INITIALIZER = 5 };

// A model without its graph's initializers, which are counted; its length, or 0 where the bytes are not one graph of mostly these.
static size_t without_initializers(const uint8_t *bytes, size_t length, field *graph, size_t *count, uint8_t **rest) {
  const uint8_t *end = bytes + length;
  field f;
  *graph = (field){0};
  for (const uint8_t *at = bytes; at < end; at = f.end) {
    if (!next_field(at, end, &f)) return 0;
    if (f.number != MODEL_GRAPH) continue;
    if (!f.content || graph->content) return 0;  // none or several, which protobuf merges
    *graph = f;
  }
  if (!graph->content) return 0;
  size_t kept = 0;
  *count = 0;
  for (const uint8_t *at = graph->content; at < graph->end; at = f.end) {
    if (!next_field(at, graph->end, &f) || (f.number == GRAPH_INITIALIZER && !f.content)) return 0;
    if (f.number == GRAPH_INITIALIZER) ++*count;
    else kept += (size_t)(f.end - at);
  }
  const size_t outside = length - (size_t)(graph->end - graph->begin);
  if (kept + outside > length / 8) return 0;
  uint8_t *to = malloc(outside + kept + 16);
  if (!to) return 0;
  *rest = to;
#define APPEND(from, size) (memcpy(to, from, size), to += (size))
  APPEND(bytes, (size_t)(graph->begin - bytes));
  *to++ = MODEL_GRAPH << 3 | 2;
  size_t left = kept;
  for (; left >= 0x80; left >>= 7) *to++ = (uint8_t)(left | 0x80);
  *to++ = (uint8_t)left;
  for (const uint8_t *at = graph->content; at < graph->end; at = f.end)
    if (next_field(at, graph->end, &f) && f.number != GRAPH_INITIALIZER) APPEND(at, (size_t)(f.end - at));
  APPEND(graph->end, (size_t)(end - graph->end));
#undef APPEND
  return (size_t)(to - *rest);
}

connx_status connx_decode_discarding(uint8_t *bytes, size_t length, connx_limits limits, Onnx__ModelProto **model) {
  field graph;
  size_t count = 0;
  uint8_t *rest = NULL;
  const size_t size = bytes ? without_initializers(bytes, length, &graph, &count, &rest) : 0;
  if (size == 0) return connx_decode(bytes, length, limits, model);
  account a = {.limits = limits};
  ProtobufCAllocator allocator = {.alloc = take, .free = give, .allocator_data = &a};
  *model = onnx__model_proto__unpack(&allocator, size, rest);
  free(rest);
  bool whole = *model && (*model)->graph;
  if (whole) {
    Onnx__GraphProto *target = (*model)->graph;
    target->initializer = take(&a, (count ? count : 1) * sizeof *target->initializer);
    whole = target->initializer != NULL;
    field f;
    for (const uint8_t *at = graph.content; whole && at < graph.end; at = f.end) {
      if (!next_field(at, graph.end, &f)) break;
      if (f.number != GRAPH_INITIALIZER) continue;
      Onnx__TensorProto *tensor = onnx__tensor_proto__unpack(&allocator, (size_t)(f.end - f.content), f.content);
      whole = tensor != NULL;
      if (whole) target->initializer[target->n_initializer++] = tensor;
      discard(f.content, f.end);
    }
  }
  if (whole) return CONNX_OK;
  connx_free(*model);
  *model = NULL;
  return status_of(&a);
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
