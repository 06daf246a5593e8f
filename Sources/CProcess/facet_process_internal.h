#ifndef FACET_PROCESS_INTERNAL_H
#define FACET_PROCESS_INTERNAL_H

/// Removes every file that was named, also from a signal handler.
void facet_temporary_remove_all(void);

#endif
