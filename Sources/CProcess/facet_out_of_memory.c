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

/// The allocator behind this one: the C library's, or one that was put before it (LD_PRELOAD). Every block comes from it and goes back to it,
/// so `free` passes here too: what the executable does not define would go to that allocator on its own.
static struct {
  void *(*_Atomic malloc)(size_t);
  void *(*_Atomic calloc)(size_t, size_t);
  void *(*_Atomic realloc)(void *, size_t);
  void *(*_Atomic memalign)(size_t, size_t);
  void *(*_Atomic aligned_alloc)(size_t, size_t);
  int (*_Atomic posix_memalign)(void **, size_t, size_t);
  /// Set last: where it is, all are.
  void (*_Atomic free)(void *);
} next;

/// Memory for who asks while the allocator is being looked up, which is `dlsym` itself: a few bytes, never given back.
static _Alignas(16) unsigned char boot[16384];
static atomic_size_t boot_used;
static __thread int looking_up;

static void *boot_malloc(size_t size) {
  if (size > sizeof boot) return NULL;
  // The size stands before the block, for `realloc`.
  const size_t whole = 16 + (size + 15) / 16 * 16, start = atomic_fetch_add(&boot_used, whole);
  if (start + whole > sizeof boot) return NULL;
  memcpy(boot + start, &size, sizeof size);
  return boot + start + 16;
}

static int is_boot(const void *block) { return (uintptr_t)block - (uintptr_t)boot < sizeof boot; }

/// Whether there is an allocator to ask. Not within its own look-up.
static int look_up(void) {
  if (looking_up) return 0;
  looking_up = 1;
  const int number = errno;
  // Several threads may come here, and find the same.
  atomic_store(&next.malloc, (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc"));
  atomic_store(&next.calloc, (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc"));
  atomic_store(&next.realloc, (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc"));
  atomic_store(&next.memalign, (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "memalign"));
  atomic_store(&next.aligned_alloc, (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "aligned_alloc"));
  atomic_store(&next.posix_memalign, (int (*)(void **, size_t, size_t))dlsym(RTLD_NEXT, "posix_memalign"));
  atomic_store(&next.free, (void (*)(void *))dlsym(RTLD_NEXT, "free"));
  errno = number;
  looking_up = 0;
  return 1;
}

static inline int is_ready(void) { return __builtin_expect(atomic_load_explicit(&next.free, memory_order_acquire) != NULL, 1) || look_up(); }

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

#define CALLER __builtin_return_address(0)

void *malloc(size_t size) { return is_ready() ? checked(next.malloc(size), size, CALLER) : boot_malloc(size); }

void *calloc(size_t count, size_t size) {
  const size_t whole = size && count > SIZE_MAX / size ? SIZE_MAX : count * size;
  // The boot memory is zero, and used once.
  return is_ready() ? checked(next.calloc(count, size), whole, CALLER) : boot_malloc(whole);
}

void *realloc(void *block, size_t size) {
  if (!is_boot(block)) {
    if (!block && !is_ready()) return boot_malloc(size);
    return is_ready() ? checked(next.realloc(block, size), size, CALLER) : NULL;
  }
  size_t old;
  memcpy(&old, (const unsigned char *)block - 16, sizeof old);
  void *result = is_ready() ? checked(next.malloc(size), size, CALLER) : boot_malloc(size);
  if (result) memcpy(result, block, old < size ? old : size);
  return result;
}

void *memalign(size_t alignment, size_t size) { return is_ready() ? checked(next.memalign(alignment, size), size, CALLER) : NULL; }

void *aligned_alloc(size_t alignment, size_t size) { return is_ready() ? checked(next.aligned_alloc(alignment, size), size, CALLER) : NULL; }

int posix_memalign(void **block, size_t alignment, size_t size) {
  if (!is_ready()) return ENOMEM;
  const int result = next.posix_memalign(block, alignment, size);
  if (result == ENOMEM) checked(NULL, size, CALLER);
  return result;
}

void free(void *block) {
  // Before there is an allocator, there is no block of it.
  if (block && !is_boot(block) && is_ready()) next.free(block);
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
