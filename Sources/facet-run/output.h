/// Messages, results and measurements of facet-run.
#ifndef FACET_RUN_OUTPUT_H
#define FACET_RUN_OUTPUT_H
#include "arguments.h"
#include "input.h"
#include <stdio.h>

/// "facet-run: PATH: " on standard error; what is wrong is to follow.
void fail_begin(const char *path);
/// "facet-run: PATH: WHAT" on standard error.
void fail(const char *path, const char *what);
/// As `fail`, with the system's reason.
void fail_system(const char *path, const char *what);
/// As `fail`, with the engine's code and place.
void fail_error(const char *path, const facet_error *error);
/// Bytes of an untrusted word as a JSON string holds them: control characters, quotes and backslashes as \u00XX, what is not UTF-8 as
/// \ufffd.
void print_escaped(FILE *file, const char *bytes, size_t count);
/// An untrusted word for people: as `print_escaped`, but quotes and backslashes stay.
void print_word(FILE *file, const char *word);

/// Flushes what was printed; 0 after a message where it did not reach its reader.
int output_finish(void);

/// Prints one sample's results, as text or as `Formats/run-result.schema.json` has them, and writes its scores to `dump` where that is
/// not NULL; 0 after a message.
int print_results(const facet_bundle *bundle, facet_session *session, const input_file *input, uint64_t attributes, const arguments *a, FILE *dump);
/// Measures, and states the arena's bytes; an exit status.
int benchmark(facet_session *session, input_file *input, uint64_t attributes, size_t arena_bytes, const arguments *a);

#endif
