/// What a command owes to the process around it: standard streams that are open, nothing left behind when it is ended, and a plain word
/// where memory runs out.
#ifndef FACET_PROCESS_H
#define FACET_PROCESS_H
#include <stddef.h>

/// To be called first in a program. A standard stream that is closed is opened as one that fails, so that no file that is opened later takes its
/// number and receives messages. A file that may not grow (ulimit -f) becomes an error like a full disk. Signals that end the process
/// remove what `facet_temporary_add` named, then end it as they would have.
void facet_process_begin(void);

/// From now on the process ends with status 1 and a message where the Swift runtime can have no memory, which would abort it otherwise. What can
/// do without the memory (C code that looks at the result) is not disturbed.
///
/// The message is `before`, the number of bytes that could not be had, `after`; both texts stay the caller's, as long as the process lives.
void facet_process_end_without_memory(const char *before, const char *after);

/// Whether `facet_process_end_without_memory` has an effect: not with the allocators of sanitizers.
int facet_process_watches_memory(void);

/// A file that is to be removed if the process is ended now. The name is copied. A number for `facet_temporary_forget`, or -1 where there are
/// too many.
int facet_temporary_add(const char *path);
void facet_temporary_forget(int number);

#endif
