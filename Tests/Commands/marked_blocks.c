// An allocator put before the C library's (LD_PRELOAD): each block carries a mark, and one that comes back without it is counted.
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *__libc_malloc(size_t);
void __libc_free(void *);

/// Before each block.
typedef struct {
  void *start;
  size_t size;
  uint64_t mark, unused;
} head;

#define MARK 0x6661636574206f6bull
static _Atomic long given, foreign;
static void *give(size_t alignment, size_t size) {
  if (alignment < 32) alignment = 32;
  if (size > SIZE_MAX - alignment - sizeof(head)) return errno = ENOMEM, NULL;
  char *start = __libc_malloc(size + alignment + sizeof(head));
  if (!start) return NULL;
  char *block = (char *)(((uintptr_t)start + sizeof(head) + alignment - 1) / alignment * alignment);
  *((head *)block - 1) = (head){start, size, MARK, 0};
  given++;
  return block;
}
static head *known(void *block) {
  head *h = (head *)block - 1;
  if (h->mark == MARK) return h;
  foreign++;
  return NULL;
}
void *malloc(size_t size) { return give(16, size); }
void *calloc(size_t count, size_t size) {
  if (size && count > SIZE_MAX / size) return errno = ENOMEM, NULL;
  void *block = give(16, count * size);
  return block ? memset(block, 0, count * size) : NULL;
}
void *memalign(size_t alignment, size_t size) { return give(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return give(alignment, size); }
int posix_memalign(void **block, size_t alignment, size_t size) {
  void *result = give(alignment, size);
  return result ? *block = result, 0 : ENOMEM;
}
void free(void *block) {
  if (!block) return;
  head *h = known(block);
  if (!h) return;
  h->mark = 0;
  __libc_free(h->start);
}
void *realloc(void *block, size_t size) {
  if (!block) return give(16, size);
  head *h = known(block);
  void *result = give(16, size);
  if (!result) return NULL;
  if (h) memcpy(result, block, h->size < size ? h->size : size), free(block);
  return result;
}
size_t malloc_usable_size(void *block) {
  head *h = block ? known(block) : NULL;
  return h ? h->size : 0;
}

__attribute__((destructor)) static void tell(void) {
  fprintf(stderr, "allocator: %s, %ld blocks not from here\n", given > 20 ? "used" : "unused", foreign);
}
