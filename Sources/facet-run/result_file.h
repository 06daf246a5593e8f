/// A file that is written: beside its name, then renamed, so that the name always means the whole old or the whole new content.
#ifndef FACET_RUN_RESULT_FILE_H
#define FACET_RUN_RESULT_FILE_H
#include <limits.h>
#include <stdio.h>

typedef struct {
  const char *path; ///< as it was given, for messages
  FILE *file;
  char target[PATH_MAX]; ///< what a symbolic link leads to
  char aside[PATH_MAX];  ///< where the bytes go first; empty for a device or pipe, which is written directly
  int temporary;         ///< its number among what is removed when the process is ended
} result_file;

/// Opens a file for writing; 0 after a message.
int result_open(result_file *result, const char *path);
/// Flushes the bytes, then what was printed, then renames; 0 after a message, and then what was there before is left.
int result_finish(result_file *result);
/// Removes what was written aside.
void result_discard(result_file *result);

#endif
