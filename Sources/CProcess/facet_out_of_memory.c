// The C library's allocators, with one question more: where there is no memory, does the caller look? The Swift runtime does not, nor do the
// C++ library and libdispatch; they abort with a dump, or wait for ever. For them the process ends here, in order. Everybody else gets NULL,
// as always: nothing but a failed allocation leads here, so no defect is hidden.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "facet_process.h"
#include "facet_process_internal.h"
#include <stdlib.h> // says which C library this is

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define FACET_OTHER_ALLOCATOR 1
#endif
#endif

// A board's program is static, and Embedded Swift takes all memory by one function, which nothing else of it uses.
#if (defined(__GLIBC__) || defined(FACET_BOARD)) && !defined(FACET_OTHER_ALLOCATOR)
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

static _Atomic(const char *) before, after;

static void say(const char *text, size_t count) { (void)!write(STDERR_FILENO, text, count); }

/// Without the C library's streams: they may want memory.
static void end(const char *start, size_t size) {
  facet_temporary_remove_all();
  signal(SIGPIPE, SIG_IGN);
  char digits[24];
  size_t first = sizeof digits;
  do digits[--first] = (char)('0' + size % 10);
  while (size /= 10);
  const char *rest = atomic_load(&after);
  say(start, strlen(start));
  say(digits + first, sizeof digits - first);
  say(rest, strlen(rest));
  _exit(1);
}

#ifdef FACET_BOARD

int posix_memalign(void **block, size_t alignment, size_t size) {
  // A size that is a multiple: C11 asks for it.
  void *result = size > SIZE_MAX - alignment ? NULL : aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  const char *start = atomic_load(&before);
  if (!result && size && start) end(start, size);
  if (!result) return ENOMEM;
  *block = result;
  return 0;
}

#else

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

/// Libraries whose code cannot go on without the memory that it asks for.
static int needs_memory(const void *caller) {
  static const char *const names[] = {"libswift", "libstdc++", "libdispatch", "libFoundation"};
  Dl_info info;
  if (!dladdr(caller, &info) || !info.dli_fname) return 0;
  const char *slash = strrchr(info.dli_fname, '/');
  const char *file = slash ? slash + 1 : info.dli_fname;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (!strncmp(file, names[i], strlen(names[i]))) return 1;
  return 0;
}

static inline void *checked(void *block, size_t size, const void *caller) {
  if (__builtin_expect(!block, 0) && size) {
    const int number = errno;
    const char *start = atomic_load(&before);
    if (start && needs_memory(caller)) end(start, size);
    errno = number;
  }
  return block;
}

void *malloc(size_t size) { return checked(__libc_malloc(size), size, __builtin_return_address(0)); }

void *calloc(size_t count, size_t size) {
  return checked(__libc_calloc(count, size), count && size > SIZE_MAX / count ? SIZE_MAX : count * size, __builtin_return_address(0));
}

void *realloc(void *block, size_t size) { return checked(__libc_realloc(block, size), size, __builtin_return_address(0)); }

void *memalign(size_t alignment, size_t size) { return checked(__libc_memalign(alignment, size), size, __builtin_return_address(0)); }

void *aligned_alloc(size_t alignment, size_t size) { return checked(__libc_memalign(alignment, size), size, __builtin_return_address(0)); }

int posix_memalign(void **block, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) || !alignment || (alignment & (alignment - 1))) return EINVAL;
  void *result = checked(__libc_memalign(alignment, size), size, __builtin_return_address(0));
  if (!result) return ENOMEM;
  *block = result;
  return 0;
}

#endif

void facet_process_end_without_memory(const char *start, const char *rest) {
  atomic_store(&after, rest);
  atomic_store(&before, start);
}

int facet_process_watches_memory(void) { return 1; }

#else

void facet_process_end_without_memory(const char *start, const char *rest) { (void)start, (void)rest; }

int facet_process_watches_memory(void) { return 0; }

#endif
