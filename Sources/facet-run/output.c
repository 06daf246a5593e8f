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

int output_finish(void) {
  static int is_told = 0;
  if (!fflush(stdout) && !ferror(stdout)) return 1;
  if (!is_told) fail_system("standard output", "cannot be written");
  is_told = 1;
  return 0;
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

/// The shortest digits that mean the number; JSON has no infinities: they are strings, as in all JSON of Facet.
static void print_number(float value) {
  if (!isfinite(value)) {
    printf(isnan(value) ? "\"nan\"" : value > 0 ? "\"inf\"" : "\"-inf\"");
    return;
  }
  char text[32];
  for (int digits = 6; digits <= 9; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, (double)value);
    if (strtof(text, NULL) == value) break;
  }
  fputs(text, stdout);
}

static void print_array(const float *values, size_t count) {
  printf("[");
  for (size_t i = 0; i < count; i++) {
    if (i) printf(",");
    print_number(values[i]);
  }
  printf("]");
}

static void print_string(const char *key, const char *text, size_t size) {
  printf("\"%s\":\"", key);
  print_escaped(stdout, text, size);
  printf("\"");
}

/// An attribute's answer, as `facet_answer` and `facet_value` give it.
typedef struct {
  int32_t class_index; ///< -1: none
  float confidence;    ///< not a number: none
  float value;         ///< of an attribute that is a number
} answer;

/// The keys of JSON in the order of `facet run`, which sorts them.
static void print_attribute(const facet_bundle *bundle, int32_t attribute, const float *scores, answer found, int json) {
  const size_t count = facet_score_count(bundle, attribute);
  const int32_t top = found.class_index;
  const int has_confidence = !isnan(found.confidence), is_value = facet_is_value(bundle, attribute);
  const float threshold = facet_threshold(bundle, attribute);
  const int is_unsure = has_confidence && threshold == threshold && !(found.confidence >= threshold);
  size_t name_size, label_size, gate_size, unit_size;
  const char *name = facet_attribute_name(bundle, attribute, &name_size);
  const char *label = facet_label(bundle, attribute, top, &label_size);
  const char *gate = facet_gate(bundle, attribute, &gate_size);
  const char *unit = facet_value_unit(bundle, attribute, &unit_size);
  char number[24];
  if (top >= 0 && !label) label_size = (size_t)snprintf(number, sizeof number, "%d", (int)top), label = number;
  if (json) {
    printf("{");
    if (has_confidence) printf("\"confidence\":"), print_number(found.confidence), printf(",");
    if (top >= 0) printf("\"index\":%d,", (int)top), print_string("label", label, label_size), printf(",");
    print_string("name", name, name_size);
    printf(",\"scores\":");
    print_array(scores, count);
    printf(",\"status\":\"evaluated\"");
    if (is_value && unit) printf(","), print_string("unit", unit, unit_size);
    if (has_confidence && threshold == threshold) printf(",\"unsure\":%s", is_unsure ? "true" : "false");
    if (is_value) printf(",\"value\":"), print_number(found.value);
    if (gate) printf(","), print_string("when", gate, gate_size);
    printf("}");
    return;
  }
  printf("  %.*s: ", (int)name_size, name);
  if (is_value) {
    printf("%.6g", (double)found.value);
    if (unit) printf(" %.*s", (int)unit_size, unit);
    printf("\n");
    return;
  }
  if (top >= 0) {
    printf("%.*s ", (int)label_size, label);
    if (has_confidence)
      printf(is_unsure ? "(%.1f %%, unsure)\n" : "(%.1f %%)\n", (double)found.confidence * 100);
    else
      printf("(%.6g)\n", (double)scores[top < (int32_t)count ? top : 0]);
    return;
  }
  enum { SHOWN = 4 };
  for (size_t i = 0; i < count && i < SHOWN; i++) printf(i ? " %.6g" : "%.6g", (double)scores[i]);
  if (count > SHOWN) printf(" ... (%zu values)", count);
  printf("\n");
}

/// An attribute that was left out, and why.
static void print_missing(const facet_bundle *bundle, int32_t attribute, int32_t status, int json) {
  size_t name_size, gate_size;
  const char *name = facet_attribute_name(bundle, attribute, &name_size);
  const char *gate = facet_gate(bundle, attribute, &gate_size);
  if (json) {
    printf("{");
    print_string("name", name, name_size);
    printf(",\"scores\":[],\"status\":\"%s\"", status == FACET_NOT_REACHED ? "not reached" : "gate closed");
    if (gate) printf(","), print_string("when", gate, gate_size);
    printf("}");
    return;
  }
  printf("  %.*s: not evaluated (", (int)name_size, name);
  if (status == FACET_NOT_REACHED || !gate)
    printf("deadline");
  else
    printf("%.*s", (int)gate_size, gate);
  printf(")\n");
}

/// Scores that there are not, in a file of scores.
static int dump_missing(FILE *dump, size_t count) {
  const float missing = NAN;
  for (size_t i = 0; i < count; i++)
    if (fwrite(&missing, sizeof missing, 1, dump) != 1) return 0;
  return 1;
}

int print_results(const facet_bundle *bundle, facet_session *session, const input_file *input, uint64_t attributes, const arguments *a, FILE *dump) {
  char place[32] = "";
  if (input->samples != 1) snprintf(place, sizeof place, "[%zu]", input->sample - 1);
  if (a->json) {
    printf("{\"attributes\":[");
  } else {
    print_word(stdout, input->path);
    printf("%s", place);
    if (input->roi[2]) printf(" [%d,%d,%d,%d]", (int)input->roi[0], (int)input->roi[1], (int)input->roi[2], (int)input->roi[3]);
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
  if (a->json) {
    printf("],\"file\":\"");
    print_escaped(stdout, input->path, strlen(input->path));
    printf("%s\"", place);
    if (input->roi[2]) printf(",\"roi\":[%d,%d,%d,%d]", (int)input->roi[0], (int)input->roi[1], (int)input->roi[2], (int)input->roi[3]);
    printf("}\n");
  }
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
  if (!times) return fail(input->path, "there is not enough memory for the measurements"), 1;
  facet_error error;
  for (int32_t i = -WARM_UP; i < a->iterations; i++) {
    const uint64_t start = nanoseconds();
    if (!input_set(input, session)) return free(times), 1;
    // Gates ignored: the most that an input can take.
    if (!facet_evaluate_within(session, attributes, FACET_NO_BUDGET, 1, &error)) return fail_error(input->path, &error), free(times), 1;
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
