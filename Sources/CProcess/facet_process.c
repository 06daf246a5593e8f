#include "facet_process.h"
#include "facet_process_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEMPORARIES = 256 };
// A handler may run between any two instructions, on any thread: a name is there or not.
static _Atomic(char *) paths[TEMPORARIES];

int facet_temporary_add(const char *path) {
  char *copy = strdup(path);
  for (int i = 0; copy && i < TEMPORARIES; i++) {
    char *expected = NULL;
    if (atomic_compare_exchange_strong(&paths[i], &expected, copy)) return i;
  }
  free(copy);
  return -1;
}

void facet_temporary_forget(int number) {
  // Not freed: a handler on another thread may be reading it. These are a few short names.
  if (number >= 0 && number < TEMPORARIES) atomic_store(&paths[number], NULL);
}

void facet_temporary_remove_all(void) {
  for (int i = 0; i < TEMPORARIES; i++) {
    const char *path = atomic_load(&paths[i]);
    if (path) unlink(path);
  }
}

/// Only what is safe in a signal handler: unlink, sigaction, raise.
static void end(int number) {
  const int saved = errno;
  facet_temporary_remove_all();
  struct sigaction action = {.sa_handler = SIG_DFL};
  sigaction(number, &action, NULL);
  raise(number);
  errno = saved;
}

void facet_process_begin(void) {
  // Opened the wrong way round: a read or write then fails as one of a closed stream would.
  for (int stream = 0; stream < 3; stream++)
    if (fcntl(stream, F_GETFD) < 0 && errno == EBADF) (void)!open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY);
  static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXCPU, SIGALRM, SIGUSR1, SIGUSR2};
  for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
    struct sigaction before;
    // What the parent ignores (nohup, a shell's background) stays ignored.
    if (sigaction(ending[i], NULL, &before) || before.sa_handler != SIG_DFL) continue;
    struct sigaction action = {.sa_handler = end};
    sigfillset(&action.sa_mask);
    sigaction(ending[i], &action, NULL);
  }
  signal(SIGXFSZ, SIG_IGN);
}
