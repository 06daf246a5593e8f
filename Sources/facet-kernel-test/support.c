#include "support.h"
#include "facet_cpu.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

uint64_t random_state, test_seed, checksum = 0xcbf29ce484222325u;
int64_t passed, failed;
int32_t only_isa = -1;

uint64_t random_bits(void) {
  uint64_t z = random_state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

int32_t random_int(int32_t low, int32_t high) { return (int32_t)(low + (int64_t)(random_bits() >> 1) % ((int64_t)high - low + 1)); }

int32_t one_in(int32_t n) { return random_int(1, n) == 1; }

float random_float(float magnitude) { return (float)random_int(-(1 << 23), 1 << 23) * 0x1p-23f * magnitude; }

reals random_reals(void) { return one_in(2) ? REALS_PLAIN : (reals)random_int(REALS_TINY, REALS_SPECIAL); }

float random_real(reals kind, float magnitude) {
  static const float special[] = {0.0f, -0.0f, 1.0f, -1.0f, 0x1p-149f, -0x1p-149f, 0x1.fffffcp-127f, 0x1p-126f, 0x1.fffffep+127f, -0x1.fffffep+127f};
  const int32_t which = kind == REALS_SPECIAL ? random_int(0, 60) : -1;
  if (which == 60) return __builtin_nanf("");
  if (which >= 58) return which == 58 ? __builtin_inff() : -__builtin_inff();
  if (which >= 0 && which < 30) return special[which % 10];
  const float plain = random_float(magnitude);
  if (kind == REALS_TINY) return plain * (one_in(2) ? 0x1p-70f : 0x1p-140f);
  return kind == REALS_HUGE ? plain * (one_in(2) ? 0x1p+63f : 0x1p+120f) : plain;
}

int32_t random_zero(void) {
  static const int32_t common[] = {-128, 0, 127, -1, 1};
  const int32_t i = random_int(0, 7);
  return i < 5 ? common[i] : random_int(-128, 127);
}

void random_bytes(void *to, size_t count, int32_t weights) {
  int8_t *b = to;
  const int32_t pattern = random_int(0, 7), low = weights ? -127 : -128;
  for (size_t i = 0; i < count; i++) {
    if (pattern == 0)
      b[i] = 127;
    else if (pattern == 1)
      b[i] = (int8_t)low;
    else if (pattern == 2)
      b[i] = (int8_t)(random_bits() & 1 ? 127 : low);
    else
      b[i] = (int8_t)random_int(low, 127);
  }
}

void *slot(int32_t which, size_t size, size_t overread) {
  static uint8_t *ends[SLOT_COUNT];
  if (!ends[which]) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *memory = mmap(NULL, SLOT_BYTES + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || mprotect(memory + SLOT_BYTES, page, PROT_NONE)) {
      perror("facet-kernel-test: guard page");
      exit(1);
    }
    ends[which] = memory + SLOT_BYTES;
  }
  if (size + overread + SLOT_MARGIN > SLOT_BYTES) {
    fprintf(stderr, "facet-kernel-test: a case needs a slot of %zu bytes\n", size);
    exit(1);
  }
  memset(ends[which] - overread, 0xEE, overread);
  uint8_t *start = ends[which] - overread - size;
  memset(start - SLOT_MARGIN, 0xA5, SLOT_MARGIN);
  return start;
}

int32_t same_bytes(const char *what, const char *kernel, const void *expected, const void *got, size_t size) {
  const uint8_t *a = (const uint8_t *)expected - SLOT_MARGIN, *b = (const uint8_t *)got - SLOT_MARGIN;
  for (size_t i = 0; i < size + SLOT_MARGIN; i++)
    if (a[i] != b[i]) {
      if (failed < 20)
        fprintf(stderr, "%s, %s, seed %llu: byte %td of %zu is %d, expected %d\n", what, kernel, (unsigned long long)test_seed,
                (ptrdiff_t)i - SLOT_MARGIN, size, b[i], a[i]);
      return 0;
    }
  return 1;
}

static uint32_t bits_of(float v) {
  uint32_t bits;
  memcpy(&bits, &v, sizeof bits);
  return v != v ? 0x7fc00000u : bits;
}

int32_t same_number(float a, float b) { return bits_of(a) == bits_of(b); }

int32_t same_floats(const char *what, const char *kernel, const float *expected, const float *got, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (bits_of(expected[i]) != bits_of(got[i])) {
      if (failed < 20)
        fprintf(stderr, "%s, %s, seed %llu: number %zu of %zu is %a, expected %a\n", what, kernel, (unsigned long long)test_seed, i, count,
                (double)got[i], (double)expected[i]);
      return 0;
    }
  return same_bytes(what, kernel, expected, got, 0); // and the margins before them
}

void check(int32_t ok, const char *operation, const char *kernel) {
  if (ok) {
    passed++;
    return;
  }
  if (failed++ < 20) fprintf(stderr, "FAILED %s, %s, seed %llu\n", operation, kernel, (unsigned long long)test_seed);
}

void checksum_add(const void *bytes, size_t count) {
  const uint8_t *b = bytes;
  for (size_t i = 0; i < count; i++) checksum = (checksum ^ b[i]) * 0x100000001b3u;
}

void checksum_add_floats(const float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t bits = bits_of(values[i]);
    for (int32_t j = 0; j < 4; j++) checksum_add(&(uint8_t){(uint8_t)(bits >> (8 * j))}, 1);
  }
}

facet_level level(int32_t isa) { return only_isa >= 0 && only_isa != isa ? (facet_level){0} : facet_level_of((facet_isa)isa); }

int32_t level_count(void) {
  int32_t count = 0;
  while (facet_level_name((facet_isa)count)) count++;
  return count;
}

uint32_t tested_features(void) {
  static uint32_t features, known;
  for (int32_t isa = 0; isa < level_count() && !known; isa++) features |= level(isa).features;
#if defined(__aarch64__)
  if (only_isa < 0) features |= FACET_IN_ORDER; // their instructions run in any order of the core's
#endif
  known = 1;
  return features;
}

static uint8_t tested[256];

int32_t was_tested(const facet_kernel *kernel) {
  size_t count;
  return tested[kernel - facet_kernel_list(&count)];
}

const facet_kernel *find_kernel(facet_operation operation, uint32_t features, const void *arguments) {
  size_t count;
  const facet_kernel *k = facet_find_kernel(operation, features, arguments);
  tested[k - facet_kernel_list(&count)] = 1;
  return k;
}

const facet_kernel *next_kernel(const facet_kernel *after, facet_operation operation, const void *arguments) {
  size_t count;
  const facet_kernel *first = facet_kernel_list(&count);
  for (const facet_kernel *k = after ? after + 1 : first; k < first + count; k++) {
    if (k->operation != operation || (k->needs & ~tested_features())) continue;
    if (only_isa >= 0 && k != facet_find_kernel(operation, tested_features(), arguments)) continue;
    if (k->fits && !k->fits(arguments)) continue;
    tested[k - first] = 1;
    return k;
  }
  return NULL;
}

int32_t counts(const facet_kernel *kernel) {
  if (kernel->needs || only_isa >= 0) return !kernel->needs;
  size_t count;
  const facet_kernel *end = facet_kernel_list(&count);
  end += count;
  for (const facet_kernel *k = kernel + 1; k < end; k++)
    if (k->operation == kernel->operation) return 0;
  return 1;
}

float product(float a, float b) { return (float)((double)a * (double)b); }
float sum(float a, float b) { return (float)((double)a + (double)b); }

int32_t defined_requantize(float p, int32_t zero, int32_t low, int32_t high) {
  if (p <= (float)(low - zero)) return low;
  if (p >= (float)(high - zero)) return high;
  int32_t below = (int32_t)p; // truncated: |p| <= 255
  if ((double)below > (double)p) below--;
  const double fraction = (double)p - below;
  if (fraction > 0.5 || (fraction == 0.5 && (below & 1))) below++;
  return below + zero;
}

void random_cuts(int32_t n, int32_t cuts[4]) {
  cuts[0] = 0;
  cuts[3] = n;
  cuts[1] = random_int(0, n);
  cuts[2] = random_int(cuts[1], n);
}
