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
    fail(path, S_ISREG(status.st_mode) && status.st_size == 0 ? "not a Facet bundle: the file is empty"
                                                              : "not a Facet bundle: not a regular file, or too large");
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

/// Whether the kernels asked for run here; 0 after a message. A core may lack no instruction of a level: those of in-order cores are for these alone.
static int has_kernels(int32_t isa) {
  if (isa == FACET_ANY_ISA || facet_isa_available(isa)) return 1;
  fail_begin("--isa");
  fprintf(stderr, "%s kernels do not run on this CPU; these do:", facet_isa_name(isa));
  const char *name;
  for (int32_t i = 0; (name = facet_isa_name(i)); i++)
    if (facet_isa_available(i)) fprintf(stderr, " %s", name);
  fputc('\n', stderr);
  return 0;
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
      if (result == 1)
        passed++;
      else
        failed++;
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

/// Evaluates and prints the samples of one input; 0 after a message.
static int print_samples(const facet_bundle *bundle, facet_session *session, input_file *input, uint64_t attributes, const arguments *a, FILE *dump) {
  const uint64_t budget = a->deadline > 0 ? (uint64_t)(a->deadline * 1e6) : FACET_NO_BUDGET;
  facet_error error;
  for (;;) {
    const int next = input_next(input);
    if (next <= 0) return next == 0;
    if (!input_set(input, session)) return 0;
    if (!facet_evaluate_within(session, attributes, budget, a->ignore_gates, &error)) return fail_error(input->path, &error), 0;
    if (!print_results(bundle, session, input, attributes, a, dump)) return 0;
    // Whoever sends samples one by one waits for the answers.
    if (!input->bytes) fflush(stdout);
  }
}

/// All inputs; an exit status. A file of scores is there after the last one, or not at all.
static int print_inputs(const facet_bundle *bundle, facet_session *session, uint64_t attributes, const arguments *a) {
  input_file input;
  // Nothing is printed before all files are known to be there and to suit the network.
  for (int i = 0; a->input_count > 1 && i < a->input_count; i++) {
    if (!input_open(&input, a->inputs[i], bundle, a)) return EXIT_FAILED;
    input_close(&input);
  }
  result_file dump = {0};
  if (a->dump_scores && !result_open(&dump, a->dump_scores)) return EXIT_FAILED;
  for (int i = 0; i < a->input_count; i++) {
    int done = input_open(&input, a->inputs[i], bundle, a);
    if (done) {
      done = print_samples(bundle, session, &input, attributes, a, dump.file);
      input_close(&input);
    }
    if (!done) return result_discard(&dump), EXIT_FAILED;
  }
  return !dump.file || result_finish(&dump) ? EXIT_SUCCESS : EXIT_FAILED;
}

/// Whether the machine has the memory of an arena, as far as it says: it is had page by page, and its end is no error then.
static int fits_in_memory(size_t arena, const char *path) {
  const unsigned long long bytes = arena;
  unsigned long long left = 0, kilobytes;
  int is_known = 0;
  char line[128];
  FILE *file = bytes > 1 << 24 ? fopen("/proc/meminfo", "re") : NULL;
  if (!file) return 1;
  while (fgets(line, sizeof line, file)) {
    if (sscanf(line, "MemAvailable: %llu", &kilobytes) == 1)
      left += kilobytes * 1024, is_known = 1;
    else if (sscanf(line, "SwapFree: %llu", &kilobytes) == 1)
      left += kilobytes * 1024;
  }
  fclose(file);
  if (!is_known || bytes <= left) return 1;
  fail_begin(path);
  fprintf(stderr, "its activations need %llu MB of memory, and %llu MB are left on this machine\n", bytes / 1000000, left / 1000000);
  return 0;
}

/// Measures on the first sample of the input; an exit status.
static int measure(const facet_bundle *bundle, facet_session *session, uint64_t attributes, int32_t plan, const arguments *a) {
  input_file input;
  if (!input_open(&input, a->inputs[0], bundle, a)) return EXIT_FAILED;
  int status = input_next(&input) == 1 ? benchmark(session, &input, attributes, facet_arena_bytes(bundle, plan, a->threads, a->isa), a) : EXIT_FAILED;
  if (status == EXIT_SUCCESS && a->write_costs && !costs_write(a->write_costs, bundle, session, &input, a)) status = EXIT_FAILED;
  input_close(&input);
  return status;
}

/// Whether the bundle or an input has this name: they stay mapped while results are written.
static int is_read(const char *path, const arguments *a) {
  if (is_same_file(path, a->bundle)) return 1;
  for (int i = 0; i < a->input_count; i++)
    if (is_same_file(path, a->inputs[i])) return 1;
  return 0;
}

static int run(const facet_bundle *bundle, const arguments *a) {
  if (a->dump_scores && is_read(a->dump_scores, a)) return fail(a->dump_scores, "is read by this run: name another file for the scores"), EXIT_FAILED;
  if (a->write_costs && is_read(a->write_costs, a)) return fail(a->write_costs, "is read by this run: name another file for the costs"), EXIT_FAILED;
  const int32_t plan = chosen_plan(bundle, a->bundle, a->profile);
  if (plan < 0) return EXIT_FAILED;
  const uint64_t attributes = chosen_attributes(bundle, a->bundle, a->attributes, plan);
  if (!attributes) return EXIT_FAILED;
  facet_error error;
  if (!fits_in_memory(facet_arena_bytes(bundle, plan, a->threads, a->isa), a->bundle)) return EXIT_FAILED;
  facet_session *session = facet_session_create(bundle, plan, a->threads, a->isa, NULL, 0, &error);
  if (!session) return fail_error(a->bundle, &error), EXIT_FAILED;
  int status = EXIT_FAILED;
  if (!a->costs || costs_set(a->costs, bundle, session, a))
    status = a->iterations > 0 ? measure(bundle, session, attributes, plan, a) : print_inputs(bundle, session, attributes, a);
  facet_session_destroy(session);
  return status;
}

/// Says where what was named as bundle is an input, and an input the bundle.
static void explain_order(const void *bytes, size_t size, const arguments *a) {
  static const char magic[] = "\x89"
                              "FACET";
  if (size >= 6 && !memcmp(bytes, magic, 6)) return;
  for (int i = 0; i < a->input_count; i++) {
    size_t other_size = 0;
    struct stat status;
    if (stat(a->inputs[i], &status) || !S_ISREG(status.st_mode) || status.st_size < 6) continue;
    const void *other = map_bundle(a->inputs[i], &other_size);
    if (!other || memcmp(other, magic, 6)) continue;
    fail(a->inputs[i], "is a bundle: name it first, then the inputs");
    return;
  }
}

int main(int count, char **words) {
  facet_process_begin();
  facet_process_end_without_memory("facet-run: there is not enough memory: ", " more bytes could not be allocated\n");
  arguments a;
  const int parsed = arguments_parse(&a, count, words);
  if (parsed == ARGUMENTS_DONE) return output_finish() ? EXIT_SUCCESS : EXIT_FAILED;
  if (parsed != ARGUMENTS_RUN) return EXIT_USAGE;
  if (!has_kernels(a.isa)) return EXIT_FAILED;
  size_t size = 0;
  const void *bytes = map_bundle(a.bundle, &size);
  if (!bytes) return EXIT_FAILED;
  facet_error error;
  facet_bundle *bundle = facet_bundle_open(bytes, size, &error);
  if (!bundle) return fail_error(a.bundle, &error), explain_order(bytes, size, &a), EXIT_FAILED;
  int status = a.self_test ? self_test(bundle, &a) : run(bundle, &a);
  facet_bundle_close(bundle);
  return output_finish() ? status : EXIT_FAILED;
}
