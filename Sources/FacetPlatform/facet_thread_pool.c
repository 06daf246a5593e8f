#include "facet_thread_pool.h"
#include "facet_float_mode.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
// Of Linux's ABI; musl's headers have no linux/futex.h.
enum { FACET_FUTEX_WAIT = 0 | 128, FACET_FUTEX_WAKE = 1 | 128 };
#else
#include <sched.h>
#endif

/// Pauses before a waiting thread sleeps: some hundred microseconds, longer than any gap inside one inference.
#define FACET_SPINS 10000
#define FACET_CACHE_LINE 128 // two lines: neighbours are fetched in pairs
#define FACET_STACK_BYTES (256 * 1024)

static void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  __asm__ volatile("yield");
#else
  __asm__ volatile("" ::: "memory");
#endif
}

/// Sleeps while `*word == value`; may wake early.
static void sleep_while(_Atomic uint32_t *word, uint32_t value) {
#if defined(__linux__)
  syscall(SYS_futex, word, FACET_FUTEX_WAIT, value, NULL, NULL, 0);
#else
  (void)word, (void)value;
  sched_yield();
#endif
}

static void wake_all(_Atomic uint32_t *word) {
#if defined(__linux__)
  syscall(SYS_futex, word, FACET_FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
#else
  (void)word;
#endif
}

/// Waits until `*word != value`. `sleepers` tells the other side to make the system call that wakes. Both sides write one
/// word and then read the other's, all sequentially consistent, so one of the two always sees the other.
static void wait_change(_Atomic uint32_t *word, uint32_t value, _Atomic uint32_t *sleepers) {
  for (int32_t i = 0; i < FACET_SPINS; i++) {
    if (atomic_load_explicit(word, memory_order_acquire) != value) return;
    relax();
  }
  atomic_fetch_add(sleepers, 1);
  while (atomic_load(word) == value) sleep_while(word, value);
  atomic_fetch_sub(sleepers, 1);
}

static void change(_Atomic uint32_t *word, uint32_t value, _Atomic uint32_t *sleepers) {
  atomic_store(word, value);
  if (atomic_load(sleepers)) wake_all(word);
}

typedef struct {
  _Alignas(FACET_CACHE_LINE) _Atomic uint32_t taken; ///< the last round whose share was begun, by this worker or by the caller
  _Atomic uint32_t done;                             ///< the last round that this worker ended
  _Atomic uint32_t sleepers;                         ///< 1 while the caller sleeps on `done`
  facet_thread_pool *pool;
  pthread_t thread;
  int32_t index;
} facet_worker;

struct facet_thread_pool {
  _Alignas(FACET_CACHE_LINE) _Atomic uint32_t round; ///< counts the calls of facet_pool_run
  _Atomic uint32_t sleepers;                         ///< workers that sleep on `round`
  void (*work)(void *context, int32_t index);        ///< NULL: end
  void *context;
  int32_t workers;
  facet_worker worker[];
};

/// Whether the share of a worker in a round is still to be done; if so, it is now the one's who asks.
static int32_t take(facet_worker *w, uint32_t round) {
  uint32_t before = round - 1;
  return atomic_compare_exchange_strong(&w->taken, &before, round);
}

static void *worker_main(void *argument) {
  facet_worker *self = argument;
  facet_thread_pool *pool = self->pool;
  facet_enter_float_mode();
  for (uint32_t round = 0;;) {
    wait_change(&pool->round, round, &pool->sleepers);
    round = atomic_load_explicit(&pool->round, memory_order_acquire); // may have missed some
    if (!take(self, round)) continue;
    if (!pool->work) return NULL;
    pool->work(pool->context, self->index);
    change(&self->done, round, &self->sleepers);
  }
}

/// Starts one round on the workers that exist.
static uint32_t start(facet_thread_pool *pool, void (*work)(void *, int32_t), void *context) {
  pool->work = work;
  pool->context = context;
  const uint32_t round = atomic_load_explicit(&pool->round, memory_order_relaxed) + 1;
  change(&pool->round, round, &pool->sleepers);
  return round;
}

facet_thread_pool *facet_thread_pool_create(int32_t threads) {
  if (threads < 1 || threads > 1024) return NULL;
  const size_t workers = (size_t)threads - 1;
  size_t bytes = sizeof(facet_thread_pool) + workers * sizeof(facet_worker);
  bytes = (bytes + FACET_CACHE_LINE - 1) / FACET_CACHE_LINE * FACET_CACHE_LINE;
  void *memory = NULL;
  if (posix_memalign(&memory, FACET_CACHE_LINE, bytes)) return NULL;
  memset(memory, 0, bytes);
  facet_thread_pool *pool = memory;

  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes)) {
    free(pool);
    return NULL;
  }
  pthread_attr_setstacksize(&attributes, FACET_STACK_BYTES);
  sigset_t all, before; // the host's signal handlers run on the host's threads
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (size_t i = 0; i < workers; i++) {
    facet_worker *w = &pool->worker[i];
    w->pool = pool;
    w->index = (int32_t)i + 1;
    if (pthread_create(&w->thread, &attributes, worker_main, w)) break;
    pool->workers++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  if ((size_t)pool->workers == workers) return pool;
  facet_thread_pool_destroy(pool);
  return NULL;
}

void facet_thread_pool_destroy(facet_thread_pool *pool) {
  if (!pool) return;
  start(pool, NULL, NULL);
  for (int32_t i = 0; i < pool->workers; i++) pthread_join(pool->worker[i].thread, NULL);
  free(pool);
}

void facet_pool_run(facet_thread_pool *pool, void (*work)(void *context, int32_t index), void *context) {
  if (!pool) {
    work(context, 0);
    return;
  }
  const uint32_t round = start(pool, work, context);
  work(context, 0);
  for (int32_t i = 0; i < pool->workers; i++) {
    facet_worker *w = &pool->worker[i];
    // A worker that has not begun sleeps, or something else has its core: then doing its share is faster than waiting.
    if (take(w, round)) {
      work(context, w->index);
      continue;
    }
    for (uint32_t done = atomic_load_explicit(&w->done, memory_order_acquire); done != round;
         done = atomic_load_explicit(&w->done, memory_order_acquire))
      wait_change(&w->done, done, &w->sleepers);
  }
}
