#define _GNU_SOURCE
#include "facet_cpus.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int has(const facet_cpu_set *set, int cpu) { return set->words[cpu / 64] >> (cpu % 64) & 1; }
static void add(facet_cpu_set *set, int cpu) { set->words[cpu / 64] |= (uint64_t)1 << (cpu % 64); }

static int32_t count(const facet_cpu_set *set) {
  int32_t sum = 0;
  for (int cpu = 0; cpu < FACET_CPUS_MAXIMUM; cpu++) sum += has(set, cpu);
  return sum;
}

int facet_cpus_parse(const char *text, facet_cpu_set *set) {
  memset(set, 0, sizeof *set);
  for (;;) {
    long ends[2];
    int number = 0;
    do {
      char *end;
      // strtol takes signs and spaces.
      if (*text < '0' || *text > '9') return 0;
      errno = 0;
      ends[number] = strtol(text, &end, 10);
      if (errno || ends[number] >= FACET_CPUS_MAXIMUM) return 0;
      text = end;
    } while (*text == '-' && number++ == 0 && text++);
    if (number > 1) return 0;
    if (number == 0) ends[1] = ends[0];
    if (ends[1] < ends[0]) return 0;
    for (long cpu = ends[0]; cpu <= ends[1]; cpu++) add(set, (int)cpu);
    if (!*text) return 1;
    if (*text++ != ',') return 0;
  }
}

void facet_cpus_print(const facet_cpu_set *set, char text[FACET_CPUS_TEXT]) {
  size_t used = 0;
  text[0] = 0;
  for (int cpu = 0; cpu < FACET_CPUS_MAXIMUM; cpu++) {
    if (!has(set, cpu)) continue;
    int last = cpu;
    while (last + 1 < FACET_CPUS_MAXIMUM && has(set, last + 1)) last++;
    char part[32];
    const int length =
        last > cpu ? snprintf(part, sizeof part, "%s%d-%d", used ? "," : "", cpu, last) : snprintf(part, sizeof part, "%s%d", used ? "," : "", cpu);
    if (used + (size_t)length >= FACET_CPUS_TEXT) return;
    memcpy(text + used, part, (size_t)length + 1);
    used += (size_t)length;
    cpu = last;
  }
}

/// The beginning of a file below `root`, as a text; 0 where there is none.
static int read_text(const char *root, const char *path, char *text, size_t size) {
  char whole[1024];
  if ((size_t)snprintf(whole, sizeof whole, "%s%s", root, path) >= sizeof whole) return 0;
  const int file = open(whole, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  const ssize_t got = read(file, text, size - 1);
  close(file);
  text[got > 0 ? got : 0] = 0;
  return got > 0;
}

/// How much a CPU does, 1024 for the fastest; 0 where the system does not say.
static long capacity(const char *root, int cpu) {
  char path[64], text[32];
  snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cpu_capacity", cpu);
  const long value = read_text(root, path, text, sizeof text) ? strtol(text, NULL, 10) : 0;
  return value > 0 ? value : 0;
}

/// CPUs' worth of time that the control group at `path` may use, rounded down, at least 1; `most` where it has no limit.
static int32_t limit(const char *root, const char *mount, const char *path, const char *file, const char *period_file, int32_t most) {
  char name[512], text[64];
  if ((size_t)snprintf(name, sizeof name, "%s%s/%s", mount, path, file) >= sizeof name || !read_text(root, name, text, sizeof text)) return most;
  char *end;
  // "max 100000", "150000 100000", or, before version 2, one number a file.
  const long long quota = strtoll(text, &end, 10);
  if (end == text || quota <= 0) return most;
  long long period = strtoll(end, NULL, 10);
  if (period_file) {
    snprintf(name, sizeof name, "%s%s/%s", mount, path, period_file);
    period = read_text(root, name, text, sizeof text) ? strtoll(text, NULL, 10) : 0;
  }
  if (period <= 0) return most;
  const long long cpus = quota / period < 1 ? 1 : quota / period;
  return cpus < most ? (int32_t)cpus : most;
}

/// The smallest limit of a group and those above it.
static int32_t limit_above(const char *root, const char *mount, char *path, const char *file, const char *period_file, int32_t most) {
  for (;;) {
    most = limit(root, mount, path, file, period_file, most);
    char *slash = strrchr(path, '/');
    if (!slash || !*path) return most;
    *slash = 0;
  }
}

/// `most`, or what control groups of either version leave of it.
static int32_t within_quota(const char *root, int32_t most) {
  char groups[4096];
  if (!read_text(root, "/proc/self/cgroup", groups, sizeof groups)) return most;
  char *rest = groups;
  for (char *line; (line = strsep(&rest, "\n"));) {
    // "0::/path", or "4:cpu,cpuacct:/path" before version 2.
    char *names = strchr(line, ':'), *path = names ? strchr(names + 1, ':') : NULL;
    if (!path) continue;
    *path++ = 0;
    names++;
    if (!strcmp(path, "/")) *path = 0;
    if (!*names)
      most = limit_above(root, "/sys/fs/cgroup", path, "cpu.max", NULL, most);
    else if (!strcmp(names, "cpu") || !strncmp(names, "cpu,", 4) || strstr(names, ",cpu,") ||
             (strlen(names) > 4 && !strcmp(names + strlen(names) - 4, ",cpu")))
      most = limit_above(root, "/sys/fs/cgroup/cpu", path, "cpu.cfs_quota_us", "cpu.cfs_period_us", most);
  }
  return most;
}

facet_cpu_choice facet_cpus_choose(const char *root, const facet_cpu_set *allowed) {
  facet_cpu_choice choice = {.chosen = *allowed};
  long best = 0, speed = 0;
  for (int cpu = 0; cpu < FACET_CPUS_MAXIMUM; cpu++) {
    const long own = has(allowed, cpu) ? capacity(root, cpu) : 0;
    if (own == 0 || own == speed) continue;
    facet_cpu_set same = {{0}};
    long sum = 0;
    for (int other = 0; other < FACET_CPUS_MAXIMUM; other++)
      if (has(allowed, other) && capacity(root, other) == own) add(&same, other), sum += own;
    if (sum > best || (sum == best && own > speed)) best = sum, speed = own, choice.chosen = same;
  }
  choice.count = count(&choice.chosen);
  choice.is_mixed = choice.count < count(allowed);
  const int32_t most = choice.count < 1 ? 1 : choice.count < FACET_CPUS_THREADS ? choice.count : FACET_CPUS_THREADS;
  choice.threads = within_quota(root, most);
  return choice;
}

/// The CPUs that this process may use.
static void allowed_cpus(facet_cpu_set *set) {
  memset(set, 0, sizeof *set);
  if (sched_getaffinity(0, sizeof *set, (cpu_set_t *)(void *)set)) {
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    for (long cpu = 0; cpu < online && cpu < FACET_CPUS_MAXIMUM; cpu++) add(set, (int)cpu);
  }
}

int32_t facet_cpus_settle(int32_t wanted, const char *cpus, char text[FACET_CPUS_TEXT]) {
  facet_cpu_set allowed, given;
  char names[FACET_CPUS_TEXT];
  text[0] = 0;
  allowed_cpus(&allowed);
  if (cpus) {
    if (!facet_cpus_parse(cpus, &given)) return snprintf(text, FACET_CPUS_TEXT, "needs numbers of CPUs, such as 0-3 or 0,2"), 0;
    facet_cpus_print(&allowed, names);
    for (int cpu = 0; cpu < FACET_CPUS_MAXIMUM; cpu++)
      if (has(&given, cpu) && !has(&allowed, cpu))
        return snprintf(text, FACET_CPUS_TEXT, "names CPU %d, which this process may not use or the machine has not: there are %.160s", cpu, names),
               0;
    allowed = given;
  } else if (wanted == 1) {
    return 1;
  }
  const facet_cpu_choice choice = facet_cpus_choose("", &allowed);
  int32_t threads = wanted ? wanted : choice.threads;
  facet_cpus_print(&choice.chosen, names);
  if (cpus && choice.is_mixed && threads > 1)
    return snprintf(text, FACET_CPUS_TEXT, "names CPUs of different speed, and threads share a layer in equal parts: of one speed are %.120s", names),
           0;
  if (cpus && threads > count(&allowed)) return snprintf(text, FACET_CPUS_TEXT, "names fewer CPUs than there are threads (%d)", (int)threads), 0;
  if (!cpus && choice.is_mixed && threads > choice.count) {
    snprintf(text, FACET_CPUS_TEXT, "%d threads would wait for the slower CPUs: %d run, on CPUs %.120s", (int)threads, (int)choice.count, names);
    threads = choice.count;
  }
  if (cpus || choice.is_mixed) {
    const facet_cpu_set *to = cpus ? &allowed : &choice.chosen;
    // Not a failure: the threads then run where the system puts them.
    if (sched_setaffinity(0, sizeof *to, (const cpu_set_t *)(const void *)to) && !text[0])
      snprintf(text, FACET_CPUS_TEXT, "the system does not let threads be kept on CPUs %.120s", names);
  }
  return threads;
}
