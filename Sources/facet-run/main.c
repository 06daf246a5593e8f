/// facet-run: runs a bundle on a board. Uses facet.h and libc only.
#include "arguments.h"
#include "costs.h"
#include "facet_process.h"
#include "input.h"
#include "output.h"
#include "result_file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_FAILED = 1, EXIT_USAGE = 64 };

/// The bundle's bytes, mapped; NULL after a message.
static const void *map_bundle(const char *path, size_t *count) {
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a named pipe must not make us wait; it is refused below
  struct stat status;
  if (file < 0 || fstat(file, &status)) {
    fail_system(path, "cannot be opened");
    if (file >= 0) close(file);
    return NULL;
  }
  const void *bytes = NULL;
  if (!S_ISREG(status.st_mode) || status.st_size <= 0 || (uint64_t)status.st_size > SIZE_MAX / 2) {
    fail(path, "not a Facet bundle: not a regular file, empty, or too large");
  } else {
    *count = (size_t)status.st_size;
    void *mapped = mmap(NULL, *count, PROT_READ, MAP_PRIVATE, file, 0);
    if (mapped == MAP_FAILED)
      fail_system(path, "cannot be mapped");
    else
      bytes = mapped;
  }
  close(file);
  return bytes;
}

/// The plan of a profile, 0 where the name is NULL; -1 after a message.
static int32_t chosen_plan(const facet_bundle *bundle, const char *path, const char *name) {
  if (!name) return 0;
  const int32_t plan = facet_plan_named(bundle, name, strlen(name));
  if (plan >= 0) return plan;
  fail_begin(path);
  fprintf(stderr, "no profile is named \"");
  print_escaped(stderr, name, strlen(name));
  fprintf(stderr, facet_plan_count(bundle) > 1 ? "\"; there are:" : "\"; the bundle has none");
  for (int32_t i = 1; i < facet_plan_count(bundle); i++) {
    size_t size;
    const char *other = facet_plan_name(bundle, i, &size);
    fprintf(stderr, " %.*s", (int)size, other);
  }
  fprintf(stderr, "\n");
  return -1;
}

/// The attributes named in a list "a,b", all that the plan serves where the list is NULL; 0 after a message.
static uint64_t chosen_attributes(const facet_bundle *bundle, const char *path, const char *list, int32_t plan) {
  if (!list) return facet_plan_attributes(bundle, plan);
  uint64_t set = 0;
  for (const char *name = list;;) {
    const size_t length = strcspn(name, ",");
    const int32_t attribute = facet_attribute_named(bundle, name, length);
    if (attribute < 0) {
      fail_begin(path);
      fprintf(stderr, "no attribute is named \"");
      print_escaped(stderr, name, length);
      fprintf(stderr, "\"; there are:");
      for (int32_t i = 0; i < facet_attribute_count(bundle); i++) {
        size_t size;
        const char *other = facet_attribute_name(bundle, i, &size);
        fprintf(stderr, " %.*s", (int)size, other);
      }
      fprintf(stderr, "\n");
      return 0;
    }
    set |= (uint64_t)1 << attribute;
    if (!name[length]) return set;
    name += length + 1;
  }
}

/// Checks every section's hash, then runs the self-test on one level, or on all that this CPU has. The hashes find what a few inputs
/// do not: most changes of a single weight vanish in rounding.
static int self_test(const facet_bundle *bundle, const arguments *a) {
  const int32_t samples = facet_self_test_count(bundle);
  if (samples == 0) return fail(a->bundle, "holds no self-test (float32 programs have none)"), EXIT_FAILED;
  int32_t passed = 0, failed = 0;
  facet_error error;
  if (!facet_bundle_verify_hashes(bundle, &error)) return fail_error(a->bundle, &error), EXIT_FAILED;
  for (int32_t isa = 0; facet_isa_name(isa); isa++) {
    if ((a->isa != FACET_ANY_ISA && isa != a->isa) || !facet_isa_available(isa)) continue;
    facet_session *session = facet_session_create(bundle, 0, a->threads, isa, NULL, 0, &error);
    if (!session) return fail_error(a->bundle, &error), EXIT_FAILED;
    for (int32_t i = 0; i < samples; i++) {
      const int32_t result = facet_self_test(session, i, &error);
      if (result < 0) fail_error(a->bundle, &error);
      if (result == 0) {
        fail_begin(a->bundle);
        fprintf(stderr, "self-test sample %d gives other scores with %s kernels\n", (int)i, facet_isa_name(isa));
      }
      if (result == 1) passed++;
      else failed++;
    }
    facet_session_destroy(session);
  }
  printf("self-test: %d passed, %d failed\n", (int)passed, (int)failed);
  return failed || !passed ? EXIT_FAILED : EXIT_SUCCESS;
}

/// Whether two paths name one file, which exists.
static int is_same_file(const char *a, const char *b) {
  struct stat first, second;
  return !stat(a, &first) && !stat(b, &second) && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/// Evaluates and prints all samples; an exit status. A file of scores is there after the last one, or not at all.
static int print_samples(const facet_bundle *bundle, facet_session *session, input_file *input, uint64_t attributes, const arguments *a) {
  const uint64_t budget = a->deadline > 0 ? (uint64_t)(a->deadline * 1e6) : FACET_NO_BUDGET;
  result_file dump = {0};
  if (a->dump_scores && !result_open(&dump, a->dump_scores)) return EXIT_FAILED;
  facet_error error;
  for (size_t sample = 0; sample < input->samples; sample++) {
    int done = input_set(input, sample, session);
    if (done && !facet_evaluate_within(session, attributes, budget, a->ignore_gates, &error)) fail_error(a->input, &error), done = 0;
    if (!done || !print_results(bundle, session, input, sample, attributes, a, dump.file)) return result_discard(&dump), EXIT_FAILED;
  }
  return !dump.file || result_finish(&dump) ? EXIT_SUCCESS : EXIT_FAILED;
}

/// Whether the machine has the memory of an arena, as far as it says: it is had page by page, and its end is no error then.
static int fits_in_memory(const facet_bundle *bundle, int32_t plan, const char *path) {
  const unsigned long long bytes = facet_arena_bytes(bundle, plan);
  unsigned long long left = 0, kilobytes;
  int is_known = 0;
  char line[128];
  FILE *file = bytes > 1 << 24 ? fopen("/proc/meminfo", "re") : NULL;
  if (!file) return 1;
  while (fgets(line, sizeof line, file)) {
    if (sscanf(line, "MemAvailable: %llu", &kilobytes) == 1) left += kilobytes * 1024, is_known = 1;
    else if (sscanf(line, "SwapFree: %llu", &kilobytes) == 1) left += kilobytes * 1024;
  }
  fclose(file);
  if (!is_known || bytes <= left) return 1;
  fail_begin(path);
  fprintf(stderr, "its activations need %llu MB of memory, and %llu MB are left on this machine\n", bytes / 1000000, left / 1000000);
  return 0;
}

static int run(const facet_bundle *bundle, const arguments *a) {
  // Bundle and input stay mapped while the scores are written.
  if (a->dump_scores && (is_same_file(a->dump_scores, a->bundle) || is_same_file(a->dump_scores, a->input)))
    return fail(a->dump_scores, "is read by this run: name another file for the scores"), EXIT_FAILED;
  if (a->write_costs && (is_same_file(a->write_costs, a->bundle) || is_same_file(a->write_costs, a->input)))
    return fail(a->write_costs, "is read by this run: name another file for the costs"), EXIT_FAILED;
  const int32_t plan = chosen_plan(bundle, a->bundle, a->profile);
  if (plan < 0) return EXIT_FAILED;
  const uint64_t attributes = chosen_attributes(bundle, a->bundle, a->attributes, plan);
  if (!attributes) return EXIT_FAILED;
  facet_error error;
  if (!fits_in_memory(bundle, plan, a->bundle)) return EXIT_FAILED;
  facet_session *session = facet_session_create(bundle, plan, a->threads, a->isa, NULL, 0, &error);
  if (!session) return fail_error(a->bundle, &error), EXIT_FAILED;
  input_file input;
  int status = EXIT_FAILED;
  if ((!a->costs || costs_set(a->costs, bundle, session, a)) && input_open(&input, a->input, bundle)) {
    if (a->has_roi && !input_set_roi(&input, a->roi)) {
      status = EXIT_FAILED;
    } else if (a->iterations > 0) {
      status = benchmark(session, &input, attributes, facet_arena_bytes(bundle, plan), a);
      if (status == EXIT_SUCCESS && a->write_costs && !costs_write(a->write_costs, bundle, session, &input, a)) status = EXIT_FAILED;
    } else {
      status = print_samples(bundle, session, &input, attributes, a);
    }
    input_close(&input);
  }
  facet_session_destroy(session);
  return status;
}

int main(int count, char **words) {
  facet_process_begin();
  facet_process_end_without_memory("facet-run: there is not enough memory: ", " bytes more could not be had\n");
  arguments a;
  const int parsed = arguments_parse(&a, count, words);
  if (parsed == ARGUMENTS_DONE) return output_finish() ? EXIT_SUCCESS : EXIT_FAILED;
  if (parsed != ARGUMENTS_RUN) return EXIT_USAGE;
  size_t size = 0;
  const void *bytes = map_bundle(a.bundle, &size);
  if (!bytes) return EXIT_FAILED;
  facet_error error;
  facet_bundle *bundle = facet_bundle_open(bytes, size, &error);
  if (!bundle) return fail_error(a.bundle, &error), EXIT_FAILED;
  int status = a.self_test ? self_test(bundle, &a) : run(bundle, &a);
  facet_bundle_close(bundle);
  return output_finish() ? status : EXIT_FAILED;
}
