#include "arguments.h"
#include "facet_cpus.h"
#include "output.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] = "usage: facet-run BUNDLE INPUT... [--attributes a,b] [--profile NAME] [--threads N|auto] [--cpus LIST]\n"
                            "                 [--iterations N] [--isa NAME] [--format NAME] [--roi x,y,w,h] [--json] [--dump-scores FILE]\n"
                            "                 [--deadline MS [--costs FILE]] [--ignore-gates] [--write-costs FILE]\n"
                            "       facet-run BUNDLE --self-test [--threads N|auto] [--cpus LIST] [--isa NAME]\n"
                            "       facet-run --version | --help\n";

/// In two parts: the names of kernel levels stand between them.
static const char help[] =
    "\n"
    "Runs a Facet bundle, a .facet file that 'facet compile' wrote. It needs libc only, or not even that: 'make boards' builds it, static, for\n"
    "boards. Each INPUT is\n"
    "  *.ppm, *.pgm   a binary image (P6, P5) of any size, resized as the bundle says\n"
    "  *.npy          uint8 [N, height, width, 3] (any size) or float32 or float64 [N, channels, height, width], normalized\n"
    "  -              standard input: these or raw pixels, told apart by the first bytes; images and raw pixels one after the other\n"
    "  anything else  raw pixels: exactly height x width x channels bytes of the network, in its colour order\n"
    "\n"
    "  --attributes a,b    evaluate these only (all by default)\n"
    "  --profile NAME      use the memory plan of this profile: a smaller arena for its attributes\n"
    "  --threads N         threads, 1 to 64 (1 by default), or auto: as many as there are CPUs of one speed, those that do most together, within\n"
    "                      what the process may use; scores do not depend on it\n"
    "  --cpus LIST         run on these CPUs of one speed: 4-7 or 0,2\n"
    "  --iterations N      measure: after a few runs to warm up, N runs on the first sample, as one line of JSON:\n"
    "                      {\"ns\":[...],\"rss_mb\":...,\"arena_bytes\":...}\n"
    "  --isa NAME          kernels: ";
static const char more_help[] =
    " (the best by default)\n"
    "  --format NAME       read inputs as this, whatever they look like: pnm, npy or raw\n"
    "  --roi x,y,w,h       look at this part of the image only, in pixels (rounded), clipped to the image\n"
    "  --json              one line of JSON for each sample, as 'facet run --json' has it in \"results\"\n"
    "  --dump-scores FILE  also write the scores of all samples to FILE: float32 little-endian, attributes in the bundle's order\n"
    "                      (NaN for what was not evaluated)\n"
    "  --deadline MS       evaluate by priority until a sample's evaluation has taken MS milliseconds\n"
    "  --costs FILE        how long parts take on this machine, as --write-costs wrote it: the deadline is then kept\n"
    "  --write-costs FILE  with --iterations: also measure how long each part takes, and write it\n"
    "  --ignore-gates      evaluate attributes whatever their gates say\n"
    "  --self-test         check the bundle's hashes, and those of its own inputs' scores with all kernels that this CPU has\n"
    "\n"
    "Exit status: 0 done, 1 failed, 64 wrong usage.\n";

/// "scalar, avx2 or avxvnni": the kernel levels of this build.
static const char *isa_names(void) {
  static char names[128];
  size_t used = 0;
  for (int32_t i = 0; facet_isa_name(i); i++) {
    const char *before = i == 0 ? "" : facet_isa_name(i + 1) ? ", " : " or ";
    const int written = snprintf(names + used, sizeof names - used, "%s%s", before, facet_isa_name(i));
    used = used + (size_t)written < sizeof names ? used + (size_t)written : sizeof names - 1;
  }
  return names;
}

static int wrong(const char *word, const char *what) {
  fprintf(stderr, "facet-run: ");
  print_word(stderr, word);
  fprintf(stderr, " %s\n%s", what, usage);
  return ARGUMENTS_WRONG;
}

/// A whole number in [low, high].
static int number(const char *word, long low, long high, int32_t *result) {
  char *end;
  errno = 0;
  const long value = strtol(word, &end, 10);
  if (errno || end == word || *end || value < low || value > high) return 0;
  *result = (int32_t)value;
  return 1;
}

/// A number in ]0, high].
static int positive(const char *word, double high, double *result) {
  char *end;
  errno = 0;
  *result = strtod(word, &end);
  return !errno && end != word && !*end && *result > 0 && *result <= high;
}

/// Four numbers with commas between them, rounded to pixels; the last two are sizes. Gives what is wrong with them, or null.
static const char *region(const char *word, int32_t roi[4]) {
  static const char form[] = "needs x,y,w,h: numbers of pixels, w and h at least half a pixel";
  enum { FURTHEST = 1000000000 };
  double values[4];
  int largest = 0;
  if (!word) return form;
  for (int i = 0; i < 4; i++) {
    char *end;
    values[i] = strtod(word, &end);
    if (end == word || *end != (i < 3 ? ',' : '\0') || !(values[i] >= -FURTHEST && values[i] <= FURTHEST)) return form;
    if (values[i] > values[largest]) largest = i;
    word = end + 1;
  }
  // One pixel of the corner is not what four such numbers mean.
  if (values[largest] <= 1.0 && values[0] >= -1.0 && values[1] >= -1.0 && values[2] > 0.0 && values[3] > 0.0)
    return "is in pixels: multiply x and w by the image's width, y and h by its height";
  for (int i = 0; i < 4; i++) {
    if (i >= 2 && values[i] < 0.5) return form;
    roi[i] = (int32_t)(values[i] < 0.0 ? values[i] - 0.5 : values[i] + 0.5);
  }
  return NULL;
}

static int isa_named(const char *name, int32_t *isa) {
  for (int32_t i = 0; facet_isa_name(i); i++)
    if (!strcmp(facet_isa_name(i), name)) return *isa = i, 1;
  return 0;
}

static int format_named(const char *name, input_format *format) {
  static const char *const names[] = {[INPUT_PNM] = "pnm", [INPUT_NPY] = "npy", [INPUT_RAW] = "raw"};
  for (int i = INPUT_PNM; i <= INPUT_RAW; i++)
    if (!strcmp(names[i], name)) return *format = (input_format)i, 1;
  return 0;
}

static int is_stdin_named(const arguments *a) {
  for (int i = 0; i < a->input_count; i++)
    if (!strcmp(a->inputs[i], "-")) return 1;
  return 0;
}

int arguments_parse(arguments *a, int count, char **words) {
  // The inputs' names take the places of words that have been read.
  *a = (arguments){.threads = 1, .isa = FACET_ANY_ISA, .inputs = words};
  int options_end = 0;
  for (int i = 1; i < count; i++) {
    const char *word = words[i];
    if (options_end || word[0] != '-' || !word[1]) {
      if (!a->bundle)
        a->bundle = word;
      else if (!strcmp(word, "-") && is_stdin_named(a))
        return wrong(word, "is given twice: standard input is read once");
      else
        a->inputs[a->input_count++] = words[i];
      continue;
    }
    if (!strcmp(word, "--")) {
      options_end = 1;
    } else if (!strcmp(word, "--help") || !strcmp(word, "-h")) {
      return printf("%s%s%s%s", usage, help, isa_names(), more_help), ARGUMENTS_DONE;
    } else if (!strcmp(word, "--version")) {
      return printf("facet-run %s (bundle format %d)\n", facet_version(), (int)facet_format_version()), ARGUMENTS_DONE;
    } else if (!strcmp(word, "--json")) {
      a->json = 1;
    } else if (!strcmp(word, "--self-test")) {
      a->self_test = 1;
    } else if (!strcmp(word, "--ignore-gates")) {
      a->ignore_gates = 1;
    } else {
      const char *value = i + 1 < count ? words[i + 1] : NULL;
      if (!strcmp(word, "--attributes")) {
        if (!value || !*value) return wrong(word, "needs names separated by commas");
        a->attributes = value;
      } else if (!strcmp(word, "--profile")) {
        if (!value || !*value) return wrong(word, "needs a name");
        a->profile = value;
      } else if (!strcmp(word, "--dump-scores")) {
        if (!value || !*value) return wrong(word, "needs a file name");
        a->dump_scores = value;
      } else if (!strcmp(word, "--costs")) {
        if (!value || !*value) return wrong(word, "needs a file name");
        a->costs = value;
      } else if (!strcmp(word, "--write-costs")) {
        if (!value || !*value) return wrong(word, "needs a file name");
        a->write_costs = value;
      } else if (!strcmp(word, "--deadline")) {
        if (!value || !positive(value, 86400000, &a->deadline)) return wrong(word, "needs milliseconds, greater than 0 and at most a day");
      } else if (!strcmp(word, "--threads")) {
        if (value && !strcmp(value, "auto"))
          a->threads = 0;
        else if (!value || !number(value, 1, 64, &a->threads))
          return wrong(word, "needs a number from 1 to 64, or auto");
      } else if (!strcmp(word, "--cpus")) {
        if (!value || !*value) return wrong(word, "needs numbers of CPUs, such as 0-3 or 0,2");
        a->cpus = value;
      } else if (!strcmp(word, "--iterations")) {
        if (!value || !number(value, 1, 1000000, &a->iterations)) return wrong(word, "needs a number from 1 to 1000000");
      } else if (!strcmp(word, "--isa")) {
        if (!value || !isa_named(value, &a->isa)) {
          char what[160];
          snprintf(what, sizeof what, "needs %s", isa_names());
          return wrong(word, what);
        }
      } else if (!strcmp(word, "--format")) {
        if (!value || !format_named(value, &a->format)) return wrong(word, "needs pnm, npy or raw");
      } else if (!strcmp(word, "--roi")) {
        const char *fault = region(value, a->roi);
        if (fault) return wrong(word, fault);
        a->has_roi = 1;
      } else {
        return wrong(word, "is not an option");
      }
      i++;
    }
  }
  if (!a->bundle) return wrong("BUNDLE", "is missing");
  if (a->self_test && a->input_count) return wrong(a->inputs[0], "does not go with --self-test, which takes no input");
  if (a->self_test && a->has_roi) return wrong("--roi", "does not go with --self-test, which takes no image");
  if (a->self_test && (a->profile || a->attributes || a->ignore_gates))
    return wrong(a->profile      ? "--profile"
                 : a->attributes ? "--attributes"
                                 : "--ignore-gates",
                 "does not go with --self-test, which evaluates all attributes");
  if (a->self_test && a->format != INPUT_ANY) return wrong("--format", "does not go with --self-test, which takes no input");
  if (a->self_test && (a->iterations || a->deadline > 0))
    return wrong(a->iterations ? "--iterations" : "--deadline", "does not go with --self-test, which measures no times");
  if (a->self_test && (a->dump_scores || a->json))
    return wrong(a->json ? "--json" : "--dump-scores", "does not go with --self-test, which says only what passed");
  if (!a->self_test && !a->input_count) return wrong("INPUT", "is missing");
  if (a->iterations && a->input_count > 1) return wrong(a->inputs[1], "is one input too many: --iterations measures one");
  if (a->write_costs && !a->iterations) return wrong("--write-costs", "needs --iterations");
  if (a->dump_scores && a->iterations) return wrong("--dump-scores", "cannot be used with --iterations");
  if (a->write_costs && a->profile) return wrong("--write-costs", "measures all of a bundle: leave out --profile");
  if (a->deadline > 0 && a->iterations) return wrong("--deadline", "cannot be used with --iterations");
  if (a->costs && a->deadline == 0) return wrong("--costs", "is only used with --deadline: give both");
  char text[FACET_CPUS_TEXT];
  if (!(a->threads = facet_cpus_settle(a->threads, a->cpus, text))) return wrong("--cpus", text);
  if (text[0]) fprintf(stderr, "facet-run: %s\n", text);
  return ARGUMENTS_RUN;
}
