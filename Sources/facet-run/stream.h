/// Standard input, read piece by piece: what was looked at stays until it is taken.
#ifndef FACET_RUN_STREAM_H
#define FACET_RUN_STREAM_H
#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint8_t *bytes;
  size_t start, end; ///< what has been read and not taken yet: bytes[start] to bytes[end - 1]
  size_t capacity;
  int has_ended;
} stream;

/// Reads until `count` bytes wait: 1; 0 where the input ends before; -1 after a message.
int stream_fill(stream *s, const char *path, size_t count);
static inline const uint8_t *stream_front(const stream *s) { return s->bytes + s->start; }
static inline size_t stream_waiting(const stream *s) { return s->end - s->start; }
static inline void stream_take(stream *s, size_t count) { s->start += count; }
void stream_close(stream *s);

#endif
