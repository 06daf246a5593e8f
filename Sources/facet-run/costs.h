/// What the parts of a bundle take on this machine: the file of `--write-costs` and `--costs`, the same as that of `facet benchmark`.
#ifndef FACET_RUN_COSTS_H
#define FACET_RUN_COSTS_H
#include "arguments.h"
#include "input.h"

/// Reads a file of costs and gives them to the session; 0 after a message.
int costs_set(const char *path, const facet_bundle *bundle, facet_session *session, const arguments *a);

/// Runs the first sample `--iterations` times, all attributes, and writes what each part took; 0 after a message.
int costs_write(const char *path, const facet_bundle *bundle, facet_session *session, input_file *input, const arguments *a);

#endif
