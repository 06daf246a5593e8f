#include "facet_float_mode.h"
#include "support.h"
#include <stdlib.h>

static int usage(FILE *to) {
  fputs("usage: facet-kernel-test [--seed N] [--cases N] [--isa ", to);
  for (int32_t i = 0; i < level_count(); i++) fprintf(to, "%s%s", i ? "|" : "", facet_level_name((facet_isa)i));
  fputs("] [--bench] [--list]\n"
        "Compares every kernel with its definition; --bench measures instead, --list names the levels that this CPU has, the lowest first.\n",
        to);
  return to == stdout ? 0 : 64;
}

static int list_levels(void) {
  for (int32_t i = 0; i < level_count(); i++)
    if (facet_level_of((facet_isa)i).name) printf("%s\n", facet_level_name((facet_isa)i));
  return 0;
}

static int32_t named_isa(const char *name) {
  for (int32_t i = 0; i < level_count(); i++) {
    const char *known = facet_level_of((facet_isa)i).name;
    if (known && !strcmp(known, name)) return i;
  }
  return -1;
}

int main(int argc, char **argv) {
  uint64_t seed = 1;
  int64_t cases = 400;
  int32_t bench = 0;
  for (int32_t i = 1; i < argc; i++) {
    const char *value = i + 1 < argc ? argv[i + 1] : NULL;
    char *end = NULL;
    if (!strcmp(argv[i], "--help")) return usage(stdout);
    if (!strcmp(argv[i], "--list")) return list_levels();
    if (!strcmp(argv[i], "--bench")) {
      bench = 1;
      continue;
    }
    if (!value) return usage(stderr);
    if (!strcmp(argv[i], "--seed")) {
      seed = strtoull(value, &end, 10);
    } else if (!strcmp(argv[i], "--cases")) {
      cases = strtoll(value, &end, 10);
    } else if (!strcmp(argv[i], "--isa")) {
      only_isa = named_isa(value);
      if (only_isa < 0) {
        fprintf(stderr, "facet-kernel-test: this CPU has no level '%s'\n", value);
        return 1;
      }
    } else {
      return usage(stderr);
    }
    if (end && *end) return usage(stderr);
    i++;
  }

  const uint64_t mode = facet_enter_float_mode();
  if (bench) return benchmark();
  printf("seed %llu, %lld cases, best level %s\n", (unsigned long long)seed, (long long)cases, facet_level_of(facet_best_isa()).name);
  random_state = seed;
  test_support_functions();
  test_exp();
  for (int64_t i = 0; i < cases; i++) {
    test_seed = seed + (uint64_t)i; // `--seed` of a failure with `--cases 1` repeats it
    random_state = test_seed * 0x2545f4914f6cdd1du;
    test_conv_s8();
    test_conv_f32();
    for (int32_t j = 0; j < 4; j++) test_pool(j & 1, j >> 1);
    for (int32_t j = 0; j < 4; j++) test_normalization(j & 1, j >> 1);
    for (int32_t j = 0; j < 2; j++) test_softmax();
    for (int32_t j = 0; j < 2; j++) test_product(j);
    for (int32_t multiply = 0; multiply < 2; multiply++) {
      test_binary_s8(multiply);
      test_binary_f32(multiply);
    }
    test_unary();
    test_table_sum();
    test_layout();
    test_elementwise();
    test_general();
    test_fused_multiply_add();
    test_conv_3x3();
    test_channel_table();
    test_split();
  }
  if (cases >= 400) test_all_were_tested();
  facet_leave_float_mode(mode);
  printf("checksum: %016llx\n", (unsigned long long)checksum);
  printf("%lld passed, %lld failed\n", (long long)passed, (long long)failed);
  return failed ? 1 : 0;
}
