/// Memory for a session's arena: an allocation that can fail instead of ending the process.
#ifndef FACET_MEMORY_H
#define FACET_MEMORY_H
#include <stddef.h>

// Hidden from what a program exports: no part of the C interface.
#pragma GCC visibility push(hidden)

/// `bytes` zeros at a multiple of 64, or NULL. The pages are the system's zero pages until something is written.
void *facet_memory_allocate(size_t bytes);
void facet_memory_free(void *memory);

#pragma GCC visibility pop

#endif
