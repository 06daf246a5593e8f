#include "stream.h"
#include "output.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Makes room for `count` bytes from `start` on; 0 after a message.
static int reserve(stream *s, const char *path, size_t count) {
  enum { LEAST = 1 << 16 };
  if (s->start && s->start + count > s->capacity) {
    memmove(s->bytes, s->bytes + s->start, s->end - s->start);
    s->end -= s->start;
    s->start = 0;
  }
  if (s->start + count <= s->capacity) return 1;
  const size_t capacity = count > LEAST ? count : LEAST;
  uint8_t *bytes = realloc(s->bytes, capacity);
  if (!bytes) return fail(path, "there is not enough memory for a sample"), 0;
  s->bytes = bytes;
  s->capacity = capacity;
  return 1;
}

int stream_fill(stream *s, const char *path, size_t count) {
  if (stream_waiting(s) >= count) return 1;
  if (!reserve(s, path, count)) return -1;
  while (stream_waiting(s) < count) {
    if (s->has_ended) return 0;
    const ssize_t got = read(STDIN_FILENO, s->bytes + s->end, s->capacity - s->end);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_system(path, "cannot be read"), -1;
    if (got == 0) s->has_ended = 1;
    s->end += (size_t)got;
  }
  return 1;
}

void stream_close(stream *s) {
  free(s->bytes);
  *s = (stream){0};
}
