/// The command line of facet-run.
#ifndef FACET_RUN_ARGUMENTS_H
#define FACET_RUN_ARGUMENTS_H
#include "facet.h"

/// How the bytes of an input are read.
typedef enum { INPUT_ANY, INPUT_PNM, INPUT_NPY, INPUT_RAW } input_format;

typedef struct {
  const char *bundle;
  char **inputs; ///< "-" for standard input
  int input_count;
  input_format format; ///< INPUT_ANY: by a file's name, by a stream's first bytes
  const char *attributes;  ///< "a,b"; NULL for all
  const char *profile;     ///< whose plan is used; NULL for the plan that serves all
  const char *dump_scores; ///< a file for the scores' bytes; NULL for none
  int32_t threads; ///< as many as were settled on, where it was auto
  const char *cpus; ///< to run on; NULL for those that the system allows
  int32_t iterations; ///< 0: print results
  int32_t isa;
  int has_roi;
  int32_t roi[4]; ///< x, y, width, height of the part of the image to look at
  const char *costs;       ///< a file of what parts take; NULL for none
  const char *write_costs; ///< a file to write that to; NULL for none
  double deadline;         ///< milliseconds for each sample; 0 for none
  int ignore_gates;
  int json;
  int self_test;
} arguments;

enum { ARGUMENTS_RUN, ARGUMENTS_DONE, ARGUMENTS_WRONG };

/// Reads the command line; prints help, version or what is wrong with it.
int arguments_parse(arguments *result, int count, char **words);

#endif
