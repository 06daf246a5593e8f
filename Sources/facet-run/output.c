#include "output.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

void fail_begin(const char *path) {
  fprintf(stderr, "facet-run: ");
  print_word(stderr, path);
  fprintf(stderr, ": ");
}

void fail(const char *path, const char *what) {
  fail_begin(path);
  fprintf(stderr, "%s\n", what);
}

void fail_system(const char *path, const char *what) {
  const int number = errno;
  fail_begin(path);
  fprintf(stderr, "%s: %s\n", what, strerror(number));
}

void fail_error(const char *path, const facet_error *e) {
  fail_begin(path);
  fprintf(stderr, "%s (%c%d", e->message, e->domain == 1 ? 'B' : 'S', (int)e->code);
  if (e->section >= 0) fprintf(stderr, ", section %d", (int)e->section);
  if (e->fragment >= 0) fprintf(stderr, ", fragment %d", (int)e->fragment);
  if (e->instruction >= 0) fprintf(stderr, ", instruction %d", (int)e->instruction);
  if (e->item >= 0) fprintf(stderr, ", entry %d", (int)e->item);
  fprintf(stderr, ")\n");
}

/// Bytes of the UTF-8 sequence (RFC 3629) that starts `bytes`; 0 where none does.
static size_t sequence(const unsigned char *bytes, size_t count) {
  const unsigned char lead = bytes[0];
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
  if (!length || length > count) return 0;
  for (size_t i = 1; i < length; i++)
    if ((bytes[i] & 0xC0) != 0x80) return 0;
  // Overlong forms, surrogates, beyond U+10FFFF.
  if ((lead == 0xE0 && bytes[1] < 0xA0) || (lead == 0xED && bytes[1] > 0x9F)) return 0;
  if ((lead == 0xF0 && bytes[1] < 0x90) || (lead == 0xF4 && bytes[1] > 0x8F)) return 0;
  return length;
}

static void print_safely(FILE *file, const char *text, size_t count, const char *also) {
  const unsigned char *bytes = (const unsigned char *)text;
  for (size_t i = 0; i < count;) {
    const unsigned char c = bytes[i];
    const size_t length = sequence(bytes + i, count - i);
    if (!length) {
      fprintf(file, "\\ufffd");
    } else if (c < 0x20 || c == 0x7F || (c == 0xC2 && bytes[i + 1] < 0xA0) || (c < 0x80 && strchr(also, c))) {
      fprintf(file, "\\u%04x", length == 2 ? bytes[i + 1] : c);
    } else {
      fwrite(bytes + i, 1, length, file);
    }
    i += length ? length : 1;
  }
}

void print_escaped(FILE *file, const char *bytes, size_t count) { print_safely(file, bytes, count, "\"\\"); }

void print_word(FILE *file, const char *word) { print_safely(file, word, strlen(word), ""); }

/// JSON has no infinities: null.
static void print_number(float value) {
  if (isfinite(value))
    printf("%.9g", (double)value);
  else
    printf("null");
}

static void print_array(const float *values, size_t count) {
  printf("[");
  for (size_t i = 0; i < count; i++) {
    if (i) printf(",");
    print_number(values[i]);
  }
  printf("]");
}

/// An attribute's answer, as `facet_answer` gives it.
typedef struct {
  int32_t class_index; ///< -1: none
  float confidence;    ///< not a number: none
  float value;         ///< of an attribute that is a number
} answer;

/// "34.2 years"
static void print_value(const facet_bundle *bundle, int32_t attribute, float value) {
  size_t size;
  const char *unit = facet_value_unit(bundle, attribute, &size);
  printf("%.6g", (double)value);
  if (unit) printf(" %.*s", (int)size, unit);
}

static void print_attribute(const facet_bundle *bundle, int32_t attribute, const float *scores, answer found, int json) {
  const size_t count = facet_score_count(bundle, attribute);
  size_t name_size, label_size;
  const char *name = facet_attribute_name(bundle, attribute, &name_size);
  const char *label = facet_label(bundle, attribute, found.class_index, &label_size);
  const int has_confidence = !isnan(found.confidence);
  if (json) {
    printf("\"");
    print_escaped(stdout, name, name_size);
    printf("\":{\"status\":\"evaluated\"");
    if (found.class_index >= 0) printf(",\"best\":%d", (int)found.class_index);
    if (label) {
      printf(",\"label\":\"");
      print_escaped(stdout, label, label_size);
      printf("\"");
    }
    if (has_confidence) {
      printf(",\"confidence\":");
      print_number(found.confidence);
    }
    if (facet_is_value(bundle, attribute)) {
      printf(",\"value\":");
      print_number(found.value);
    }
    printf(",\"scores\":");
    print_array(scores, count);
    printf("}");
    return;
  }
  printf("  %.*s: ", (int)name_size, name);
  if (facet_is_value(bundle, attribute)) print_value(bundle, attribute, found.value);
  else if (label) printf("%.*s", (int)label_size, label);
  else if (found.class_index >= 0) printf("%d", (int)found.class_index);
  else if (count > 1) printf("%zu numbers", count);
  else printf("%.6g", (double)scores[0]);
  if (has_confidence) printf(" (%.1f %%)", (double)found.confidence * 100);
  else if (found.class_index >= 0 && count > 1) printf(" (%.6g)", (double)scores[found.class_index]);
  printf("\n");
}

/// An attribute that was left out, and why.
static void print_missing(const facet_bundle *bundle, int32_t attribute, int32_t status, int json) {
  size_t name_size, gate_size;
  const char *name = facet_attribute_name(bundle, attribute, &name_size);
  const char *gate = facet_gate(bundle, attribute, &gate_size);
  if (json) {
    printf("\"");
    print_escaped(stdout, name, name_size);
    printf("\":{\"status\":\"%s\"", status == FACET_NOT_REACHED ? "not reached" : "gate closed");
    if (gate) {
      printf(",\"when\":\"");
      print_escaped(stdout, gate, gate_size);
      printf("\"");
    }
    printf("}");
    return;
  }
  printf("  %.*s: not evaluated (", (int)name_size, name);
  if (status == FACET_NOT_REACHED || !gate) printf("deadline");
  else printf("%.*s", (int)gate_size, gate);
  printf(")\n");
}

/// Scores that there are not, in a file of scores.
static int dump_missing(FILE *dump, size_t count) {
  const float missing = NAN;
  for (size_t i = 0; i < count; i++)
    if (fwrite(&missing, sizeof missing, 1, dump) != 1) return 0;
  return 1;
}

int print_results(const facet_bundle *bundle, facet_session *session, const input_file *input, size_t sample, uint64_t attributes,
                  const arguments *a, FILE *dump) {
  if (a->json) {
    printf("{\"input\":\"");
    print_escaped(stdout, a->input, strlen(a->input));
    printf("\",\"sample\":%zu,\"attributes\":{", sample);
  } else {
    print_word(stdout, a->input);
    if (input->samples > 1) printf("[%zu]", sample);
    printf("\n");
  }
  int done = 1, first = 1;
  for (int32_t attribute = 0; done && attribute < facet_attribute_count(bundle); attribute++) {
    if (!(attributes >> attribute & 1)) continue;
    const size_t count = facet_score_count(bundle, attribute);
    const int32_t status = facet_attribute_status(session, attribute);
    if (status != FACET_EVALUATED) {
      if (a->json && !first) printf(",");
      print_missing(bundle, attribute, status, a->json);
      if (dump && !dump_missing(dump, count)) fail_system(a->dump_scores, "cannot be written"), done = 0;
      first = 0;
      continue;
    }
    const float *scores = facet_scores(session, attribute);
    answer found;
    facet_error error;
    if (!scores || !facet_answer(session, attribute, &found.class_index, &found.confidence, &error)) {
      fail_error(a->bundle, &error);
      done = 0;
    } else {
      found.value = facet_value(session, attribute);
      if (a->json && !first) printf(",");
      print_attribute(bundle, attribute, scores, found, a->json);
      if (dump && fwrite(scores, sizeof(float), count, dump) != count) fail_system(a->dump_scores, "cannot be written"), done = 0;
    }
    first = 0;
  }
  if (a->json) printf("}}\n");
  return done;
}

static uint64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int benchmark(facet_session *session, input_file *input, uint64_t attributes, size_t arena_bytes, const arguments *a) {
  enum { WARM_UP = 3 };
  uint64_t *times = calloc((size_t)a->iterations, sizeof *times);
  if (!times) return fail(a->input, "there is not enough memory for the measurements"), 1;
  facet_error error;
  for (int32_t i = -WARM_UP; i < a->iterations; i++) {
    const uint64_t start = nanoseconds();
    if (!input_set(input, 0, session)) return free(times), 1;
    // Gates ignored: the most that an input can take.
    if (!facet_evaluate_within(session, attributes, FACET_NO_BUDGET, 1, &error)) return fail_error(a->input, &error), free(times), 1;
    if (i >= 0) times[i] = nanoseconds() - start;
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("{\"ns\":[");
  for (int32_t i = 0; i < a->iterations; i++) printf(i ? ",%llu" : "%llu", (unsigned long long)times[i]);
  printf("],\"rss_mb\":%.3f,\"arena_bytes\":%zu}\n", (double)usage.ru_maxrss / 1024, arena_bytes);
  free(times);
  return 0;
}
