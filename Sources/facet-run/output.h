/// Messages, results and measurements of facet-run.
#ifndef FACET_RUN_OUTPUT_H
#define FACET_RUN_OUTPUT_H
#include "arguments.h"
#include "input.h"
#include <stdio.h>

/// "facet-run: PATH: WHAT" on standard error.
void fail(const char *path, const char *what);
/// As `fail`, with the system's reason.
void fail_system(const char *path, const char *what);
/// As `fail`, with the engine's code and place.
void fail_error(const char *path, const facet_error *error);
/// Bytes of an untrusted word: control characters, quotes and backslashes as \u00XX (also right in JSON).
void print_escaped(FILE *file, const char *bytes, size_t count);

/// Prints one sample's results; 0 after a message.
int print_results(const facet_bundle *bundle, facet_session *session, const input_file *input, size_t sample, uint64_t attributes,
                  const arguments *a);
/// Measures; an exit status.
int benchmark(const facet_bundle *bundle, facet_session *session, input_file *input, uint64_t attributes, const arguments *a);

#endif
