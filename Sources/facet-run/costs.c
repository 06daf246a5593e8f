#include "costs.h"
#include "json.h"
#include "output.h"
#include "result_file.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { VERSION = 3, OLDEST_VERSION = 2, MAXIMUM_BYTES = 16 << 20, HASH_BYTES = 32, HASH_DIGITS = 2 * HASH_BYTES, WARM_UP = 3 };

/// What the file says.
typedef struct {
  char programs[HASH_DIGITS + 1];
  char isa[32];
  uint64_t threads;
  uint64_t *high; ///< the 95th percentile of each fragment
  size_t count;
} costs_file;

/// The 95th percentiles of an array of fragments, `limit` at most.
static void read_fragments(json *j, costs_file *file, size_t limit) {
  file->count = 0;
  if (!json_take(j, '[')) j->at = NULL;
  if (json_take(j, ']')) return;
  do {
    int has_high = 0, first = 1;
    size_t length;
    const char *key;
    if (!json_take(j, '{')) j->at = NULL;
    while (j->at && (key = json_member(j, first, &length))) {
      first = 0;
      if (!json_is(key, length, "p95_ns")) {
        json_skip(j, 0);
      } else {
        const uint64_t value = json_number(j);
        if (file->count < limit) file->high[file->count] = value;
        has_high = 1;
      }
    }
    if (!has_high) j->at = NULL;
    file->count++;
  } while (j->at && json_take(j, ','));
  if (!json_take(j, ']')) j->at = NULL;
}

static void copy(char *to, size_t size, const char *text, size_t length) {
  if (!text || length >= size) length = 0;
  if (length) memcpy(to, text, length);
  to[length] = 0;
}

/// 0 where the text is no file of costs of a version that is known.
static int parse(json *j, costs_file *file, size_t limit) {
  uint64_t version = 0;
  int first = 1, has_fragments = 0;
  size_t length, size;
  const char *key;
  if (!json_take(j, '{')) return 0;
  while ((key = json_member(j, first, &length))) {
    first = 0;
    if (json_is(key, length, "version")) {
      version = json_number(j);
    } else if (json_is(key, length, "programs")) {
      const char *text = json_string(j, &size);
      copy(file->programs, sizeof file->programs, text, size);
    } else if (json_is(key, length, "isa")) {
      const char *text = json_string(j, &size);
      copy(file->isa, sizeof file->isa, text, size);
    } else if (json_is(key, length, "threads")) {
      file->threads = json_number(j);
    } else if (json_is(key, length, "fragments")) {
      read_fragments(j, file, limit);
      has_fragments = 1;
    } else {
      json_skip(j, 0);
    }
    if (!j->at) return 0;
  }
  json_skip_space(j);
  return j->at == j->end && version >= OLDEST_VERSION && version <= VERSION && has_fragments;
}

static void hash_text(const facet_bundle *bundle, char text[HASH_DIGITS + 1]) {
  uint8_t hash[HASH_BYTES];
  facet_programs_hash(bundle, hash);
  for (int i = 0; i < HASH_BYTES; i++) snprintf(text + 2 * i, 3, "%02x", hash[i]);
}

/// The whole file; NULL after a message.
static char *read_file(const char *path, size_t *count) {
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status;
  char *bytes = NULL;
  if (file < 0 || fstat(file, &status)) {
    fail_system(path, "cannot be opened");
  } else if (!S_ISREG(status.st_mode) || status.st_size > MAXIMUM_BYTES) {
    fail(path, "not a costs file: not a regular file, or too large");
  } else if (!(bytes = malloc((size_t)status.st_size + 1))) {
    fail(path, "there is not enough memory to read it");
  } else {
    *count = 0;
    ssize_t got;
    while (*count < (size_t)status.st_size && (got = read(file, bytes + *count, (size_t)status.st_size - *count)) > 0) *count += (size_t)got;
  }
  if (file >= 0) close(file);
  return bytes;
}

int costs_set(const char *path, const facet_bundle *bundle, facet_session *session, const arguments *a) {
  const size_t fragments = (size_t)facet_fragment_count(bundle);
  size_t count = 0;
  char *bytes = read_file(path, &count);
  if (!bytes) return 0;
  costs_file file = {.high = calloc(fragments, sizeof(uint64_t))};
  json j = {bytes, bytes + count};
  char programs[HASH_DIGITS + 1];
  hash_text(bundle, programs);
  facet_error error;
  int done = 0;
  if (!file.high)
    fail(path, "there is not enough memory for the costs");
  else if (!parse(&j, &file, fragments))
    fail(path, "not a costs file of version 2 or 3, as --write-costs writes it");
  else if (file.count != fragments || strcmp(file.programs, programs))
    fail(path, "was measured on a bundle with other programs or weights: measure again with --write-costs");
  else if (strcmp(file.isa, facet_isa_name(facet_session_isa(session))) || file.threads != (uint64_t)a->threads)
    fail(path, "was measured with other --isa or --threads: measure again with --write-costs");
  else if (!facet_set_costs(session, file.high, fragments, &error))
    fail_error(path, &error);
  else
    done = 1;
  free(file.high);
  free(bytes);
  return done;
}

static int compare(const void *a, const void *b) {
  const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

/// Minimum, median and 95th percentile (the nearest rank) of some times, which are sorted.
static void print_time(FILE *out, uint64_t *times, size_t count) {
  qsort(times, count, sizeof *times, compare);
  const size_t middle = count / 2;
  const uint64_t median = count % 2 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
  const uint64_t high = times[(count * 95 + 99) / 100 - 1];
  fprintf(out, "{ \"minimum_ns\": %llu, \"median_ns\": %llu, \"p95_ns\": %llu }", (unsigned long long)times[0], (unsigned long long)median,
          (unsigned long long)high);
}

/// Times in nanoseconds, those of one fragment or instruction after another, `iterations` of each; `sums`: room for one more.
typedef struct {
  uint64_t *fragments, *instructions, *sums;
} measurement;

/// Sums, per iteration, the times of the fragments that are needed by the attributes of `set`, and where `only` is 1 by no others.
static void sum(const facet_bundle *bundle, const uint64_t *times, size_t iterations, uint64_t set, int only, uint64_t *sums) {
  memset(sums, 0, iterations * sizeof *sums);
  for (int32_t fragment = 0; fragment < facet_fragment_count(bundle); fragment++) {
    const uint64_t needed_by = facet_fragment_attributes(bundle, fragment);
    if (only ? needed_by != set : !(needed_by & set)) continue;
    for (size_t i = 0; i < iterations; i++) sums[i] += times[(size_t)fragment * iterations + i];
  }
}

static void print_shape(FILE *out, const char *key, facet_shape shape) {
  fprintf(out, ", \"%s\": [%d, %d, %d]", key, (int)shape.channels, (int)shape.height, (int)shape.width);
}

/// A line for each instruction: its kernel, its shape and its time.
static void print_instructions(FILE *out, const facet_bundle *bundle, facet_session *session, uint64_t *times, size_t iterations) {
  const char *before = "\n";
  for (int32_t fragment = 0; fragment < facet_fragment_count(bundle); fragment++) {
    facet_instruction found;
    for (int32_t i = 0; facet_get_instruction(session, fragment, i, &found); i++, times += iterations) {
      fprintf(out, "%s    { \"fragment\": %d, \"instruction\": %d, \"kernel\": \"%s\"", before, (int)fragment, (int)i, found.kernel);
      print_shape(out, "input", found.input);
      print_shape(out, "output", found.output);
      fprintf(out, ", \"work\": %lld, \"time\": ", (long long)found.work);
      print_time(out, times, iterations);
      fprintf(out, " }");
      before = ",\n";
    }
  }
}

static void print_costs(FILE *out, const facet_bundle *bundle, facet_session *session, const measurement *m, const arguments *a) {
  const uint64_t *times = m->fragments;
  uint64_t *sums = m->sums;
  const size_t iterations = (size_t)a->iterations;
  char programs[HASH_DIGITS + 1];
  hash_text(bundle, programs);
  fprintf(out, "{\n  \"version\": %d,\n  \"programs\": \"%s\",\n  \"isa\": \"%s\",\n  \"threads\": %d,\n  \"iterations\": %d,\n", VERSION, programs,
          facet_isa_name(facet_session_isa(session)), (int)a->threads, (int)a->iterations);
  fprintf(out, "  \"fragments\": [\n");
  for (int32_t fragment = 0; fragment < facet_fragment_count(bundle); fragment++) {
    memcpy(sums, times + (size_t)fragment * iterations, iterations * sizeof *sums);
    fprintf(out, "    ");
    print_time(out, sums, iterations);
    fprintf(out, fragment + 1 < facet_fragment_count(bundle) ? ",\n" : "\n");
  }
  fprintf(out, "  ],\n  \"attributes\": {\n");
  for (int32_t attribute = 0; attribute < facet_attribute_count(bundle); attribute++) {
    size_t size;
    const char *name = facet_attribute_name(bundle, attribute, &size);
    fprintf(out, "    \"");
    print_escaped(out, name, size);
    fprintf(out, "\": { \"alone\": ");
    sum(bundle, times, iterations, (uint64_t)1 << attribute, 0, sums);
    print_time(out, sums, iterations);
    fprintf(out, ", \"marginal\": ");
    sum(bundle, times, iterations, (uint64_t)1 << attribute, 1, sums);
    print_time(out, sums, iterations);
    fprintf(out, attribute + 1 < facet_attribute_count(bundle) ? " },\n" : " }\n");
  }
  fprintf(out, "  },\n  \"instructions\": [");
  print_instructions(out, bundle, session, m->instructions, iterations);
  fprintf(out, "\n  ]\n}\n");
}

/// Runs all attributes some times, at first to warm up: the times of fragments or, where `each`, of instructions, by iteration.
static int measure(const char *path, const facet_bundle *bundle, facet_session *session, input_file *input, const arguments *a, int each,
                   uint64_t *times) {
  facet_error error;
  int done = 1;
  facet_measure_fragments(session, each ? 2 : 1);
  for (int32_t i = -WARM_UP; done && i < a->iterations; i++) {
    if (!input_set(input, session))
      done = 0;
    else if (!facet_evaluate_within(session, facet_all_attributes(bundle), FACET_NO_BUDGET, 1, &error))
      fail_error(path, &error), done = 0;
    if (!done || i < 0) continue;
    uint64_t *to = times + i;
    for (int32_t f = 0; f < facet_fragment_count(bundle); f++) {
      facet_instruction found;
      if (!each) *to = facet_fragment_time(session, f), to += a->iterations;
      for (int32_t k = 0; each && facet_get_instruction(session, f, k, &found); k++, to += a->iterations) *to = found.nanoseconds;
    }
  }
  facet_measure_fragments(session, 0);
  return done;
}

int costs_write(const char *path, const facet_bundle *bundle, facet_session *session, input_file *input, const arguments *a) {
  const size_t iterations = (size_t)a->iterations, fragments = (size_t)facet_fragment_count(bundle);
  size_t instructions = 0;
  facet_instruction found;
  for (size_t f = 0; f < fragments; f++)
    for (int32_t i = 0; facet_get_instruction(session, (int32_t)f, i, &found); i++) instructions++;
  uint64_t *times = calloc(fragments + instructions + 1, iterations * sizeof *times);
  if (!times) return fail(path, "there is not enough memory for the measurements"), 0;
  const measurement m = {times, times + fragments * iterations, times + (fragments + instructions) * iterations};
  int done = measure(path, bundle, session, input, a, 0, m.fragments) && measure(path, bundle, session, input, a, 1, m.instructions);
  result_file result;
  done = done && result_open(&result, path);
  if (done) print_costs(result.file, bundle, session, &m, a), done = result_finish(&result);
  free(times);
  return done;
}
