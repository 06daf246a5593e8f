#include "facet_float_mode.h"
#include "facet_thread_pool.h"
#include "support.h"
#include <stdatomic.h>

/// What is not a kernel: the search for -128, the float mode, the threads.

static void test_holds_minimum(void) {
  for (int32_t i = 0; i < 50; i++) {
    const size_t count = (size_t)(one_in(2) ? random_int(0, 70) : random_int(0, 20000));
    uint8_t *b = slot(SLOT_INPUT, count, 0);
    random_bytes(b, count, 1);
    int32_t ok = !facet_holds_minimum(b, count);
    if (count > 0) {
      b[random_int(0, (int32_t)count - 1)] = 0x80;
      ok = ok && facet_holds_minimum(b, count);
    }
    check(ok, "holds_minimum finds -128 wherever it stands", "all");
  }
}

static void test_float_mode(void) {
  volatile float tiny = 0x1p-126f, half = 0.5f, one = 1.0f, ulp = 0x1p-24f;
  const uint64_t outer = facet_enter_float_mode();
  check(tiny * half == 0x1p-127f, "float mode keeps subnormal numbers", "all");
  check(one + ulp == 1.0f && one + ulp * 1.5f == 1.0f + 0x1p-23f, "float mode rounds to nearest even", "all");
#if defined(__x86_64__)
  const uint32_t toward_zero = 0xFF80; // with flush-to-zero
  __builtin_ia32_ldmxcsr(toward_zero);
  const uint64_t saved = facet_enter_float_mode();
  const int32_t inside = tiny * half == 0x1p-127f && one + ulp * 1.5f == 1.0f + 0x1p-23f;
  facet_leave_float_mode(saved);
  const int32_t given_back = (__builtin_ia32_stmxcsr() & 0xFFC0) == 0xFF80;
  check(inside && given_back, "float mode is set and given back", "all");
#endif
  facet_leave_float_mode(outer);
}

typedef struct {
  _Atomic int32_t calls[4];
  int32_t sums[4]; ///< written by one thread each, read by the caller after the run
} pool_context;

static void count_call(void *context, int32_t index) {
  pool_context *c = context;
  atomic_fetch_add(&c->calls[index], 1);
  c->sums[index] += index + 1;
}

static void test_threads(void) {
  for (int32_t threads = 1; threads <= 4; threads++) {
    facet_thread_pool *pool = facet_thread_pool_create(threads);
    pool_context c = {.sums = {0}};
    for (int32_t i = 0; pool && i < 300; i++) {
      facet_pool_run(pool, count_call, &c);
      if (i % 100 == 99) { // long enough for the workers to fall asleep
        volatile int32_t wait = 0;
        while (wait < 3000000) wait++;
      }
    }
    int32_t ok = pool != NULL;
    for (int32_t i = 0; i < 4; i++) ok = ok && c.calls[i] == (i < threads ? 300 : 0) && c.sums[i] == (i < threads ? 300 * (i + 1) : 0);
    facet_thread_pool_destroy(pool);
    check(ok, "a pool calls each index once a run", "all");
  }
  pool_context c = {.sums = {0}};
  facet_pool_run(NULL, count_call, &c);
  check(c.calls[0] == 1 && c.calls[1] == 0, "without a pool the caller does the work", "all");
  facet_thread_pool_destroy(NULL);
  check(facet_thread_pool_create(0) == NULL && facet_thread_pool_create(-1) == NULL, "a pool of no threads is refused", "all");
}

/// What `facet_find_kernel` relies on.
static void test_table_of_kernels(void) {
  size_t count;
  const facet_kernel *first = facet_kernel_list(&count);
  for (int32_t operation = 0; operation < FACET_OPERATION_COUNT; operation++) {
    const facet_kernel *last = NULL;
    for (const facet_kernel *k = first; k < first + count; k++) {
      if ((int32_t)k->operation != operation) continue;
      last = k;
    }
    check(last && !last->needs && !last->fits, "each operation ends with its scalar kernel", last ? last->name : "none");
  }
}

void test_all_were_tested(void) {
  size_t count;
  const facet_kernel *first = facet_kernel_list(&count);
  for (const facet_kernel *k = first; k < first + count && only_isa < 0; k++)
    if (!(k->needs & ~tested_features())) check(was_tested(k), "is reached by the tests", k->name);
}

void test_support_functions(void) {
  test_holds_minimum();
  test_float_mode();
  test_threads();
  check(facet_level_of(FACET_ISA_SCALAR).name && facet_level_of(facet_best_isa()).name, "the best level is there", "all");
  check(!facet_level_of((facet_isa)99).name && !facet_level_of((facet_isa)-1).name, "an unknown level is refused", "all");
  test_table_of_kernels();
}
