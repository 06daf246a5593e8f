/// Threads: a fixed pool that shares out one piece of work at a time.
#ifndef FACET_THREAD_POOL_H
#define FACET_THREAD_POOL_H
#include <stdint.h>

// Hidden from what a program exports: no part of the C interface.
#pragma GCC visibility push(hidden)

#ifdef __cplusplus
extern "C" {
#endif

typedef struct facet_thread_pool facet_thread_pool;

/// `threads` counts the caller; 1 needs no pool. NULL when threads cannot be made.
facet_thread_pool *facet_thread_pool_create(int32_t threads);
void facet_thread_pool_destroy(facet_thread_pool *);

/// Calls `work(context, index)` for index 0..<threads, index 0 on the caller, which also does the shares that no worker has begun when its
/// own is done, and returns when all have ended. No allocation and, while warm, no system call. Workers spin for a bounded time, then sleep.
/// One call at a time; workers run in the float mode of `facet_enter_float_mode`; without a pool (NULL) the caller does index 0.
void facet_pool_run(facet_thread_pool *, void (*work)(void *context, int32_t index), void *context);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
