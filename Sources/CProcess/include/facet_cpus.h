/// Which CPUs the threads of a session run on. A layer is shared among threads in equal parts, so they belong on cores of one speed.
#ifndef FACET_CPUS_H
#define FACET_CPUS_H
#include <stdint.h>

enum { FACET_CPUS_MAXIMUM = 1024, FACET_CPUS_THREADS = 64, FACET_CPUS_TEXT = 256 };

/// Bit n % 64 of word n / 64: CPU n.
typedef struct {
  uint64_t words[FACET_CPUS_MAXIMUM / 64];
} facet_cpu_set;

/// What a machine offers.
typedef struct {
  facet_cpu_set chosen; ///< those of one speed (cpu_capacity) that have most together, of equals the faster ones; all where speeds are not known
  int32_t count;        ///< of `chosen`
  int32_t threads;      ///< `count` within the control groups' quota of CPU time, 1 to 64
  int32_t is_mixed;     ///< there are others, of another speed
} facet_cpu_choice;

/// "0-3,6"; 0 where the text is no such list.
int facet_cpus_parse(const char *text, facet_cpu_set *set);
/// The list of a set, cut off where it does not fit.
void facet_cpus_print(const facet_cpu_set *set, char text[FACET_CPUS_TEXT]);

/// Looks below `root` ("" for this machine) at /sys and /proc.
facet_cpu_choice facet_cpus_choose(const char *root, const facet_cpu_set *allowed);

/// Settles how many threads run, and keeps this process on CPUs of one speed where it has several; to be called before threads are made.
///
/// `wanted`: threads, or 0 for as many as `facet_cpus_choose` finds. `cpus`: a list given by hand, or NULL. Gives the threads, and in `text` a note, or
/// an empty one; 0 where the list cannot be followed, and `text` says why.
int32_t facet_cpus_settle(int32_t wanted, const char *cpus, char text[FACET_CPUS_TEXT]);

#endif
