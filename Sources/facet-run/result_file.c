#include "result_file.h"
#include "facet_process.h"
#include "output.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/// A new file beside the target, under a name that no other process takes.
static int create_aside(result_file *result) {
  enum { ATTEMPTS = 100 };
  for (int i = 0; i < ATTEMPTS; i++) {
    const int length = snprintf(result->aside, sizeof result->aside, "%s.%ld-%d.part", result->target, (long)getpid(), i);
    if (length >= (int)sizeof result->aside) return errno = ENAMETOOLONG, -1;
    // Named before it is there: a signal may come in between.
    result->temporary = facet_temporary_add(result->aside);
    const int file = open(result->aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0) return file;
    const int number = errno;
    facet_temporary_forget(result->temporary);
    errno = number;
    if (errno != EEXIST) return -1;
  }
  return -1;
}

static void remove_aside(result_file *result) {
  if (result->aside[0]) unlink(result->aside);
  facet_temporary_forget(result->temporary);
}

int result_open(result_file *result, const char *path) {
  *result = (result_file){.path = path, .temporary = -1};
  struct stat status;
  const int exists = !stat(path, &status);
  int file;
  if (exists && !S_ISREG(status.st_mode)) {
    file = open(path, O_WRONLY | O_CLOEXEC);
  } else {
    const int is_named = exists
                             ? realpath(path, result->target) != NULL
                             : snprintf(result->target, sizeof result->target, "%s", path) < (int)sizeof result->target || (errno = ENAMETOOLONG, 0);
    file = is_named ? create_aside(result) : -1;
    if (file < 0)
      result->aside[0] = 0;
    else if (exists)
      (void)!fchmod(file, status.st_mode & 0777); // what was private stays private
  }
  result->file = file >= 0 ? fdopen(file, "wb") : NULL;
  if (result->file) return 1;
  fail_system(path, "cannot be written");
  if (file >= 0) close(file);
  remove_aside(result);
  return 0;
}

int result_finish(result_file *result) {
  int is_written = !fflush(result->file) && !ferror(result->file) && (!result->aside[0] || !fsync(fileno(result->file)));
  if (fclose(result->file)) is_written = 0;
  result->file = NULL;
  // What was printed first: a status of 1 means that nothing was written.
  if (is_written && !output_finish()) return remove_aside(result), 0;
  if (is_written && (!result->aside[0] || !rename(result->aside, result->target))) return facet_temporary_forget(result->temporary), 1;
  fail_system(result->path, "cannot be written");
  remove_aside(result);
  return 0;
}

void result_discard(result_file *result) {
  if (result->file) fclose(result->file);
  if (result->file) remove_aside(result);
  result->file = NULL;
}
