#include "facet_internal.h"
#include "facet_cpu.h"

#define FACET_LEVEL(name_, needs_, uses_, words) {.name = #name_, .needs = needs_, .uses = uses_},

/// What each level asks of the CPU, and what it may use where the CPU has it: a level's number is its place.
static const struct {
  const char *name;
  uint32_t needs, uses;
} levels[] = {
#include FACET_THIS_CPU
};
enum { LEVEL_COUNT = sizeof levels / sizeof levels[0] };

static facet_level level(facet_isa isa, uint32_t features) {
  facet_level result = {.isa = isa};
  if ((uint32_t)isa >= LEVEL_COUNT || (levels[isa].needs & ~features)) return result;
  result.name = levels[isa].name;
  result.features = levels[isa].uses & features;
  return result;
}

const char *facet_level_name(facet_isa isa) { return (uint32_t)isa < LEVEL_COUNT ? levels[isa].name : NULL; }

facet_level facet_level_of(facet_isa isa) { return level(isa, facet_cpu_features()); }

facet_isa facet_best_isa(void) {
  const uint32_t features = facet_cpu_preferred(facet_cpu_features());
  facet_isa best = (facet_isa)(LEVEL_COUNT - 1);
  while (!level(best, features).name) best = (facet_isa)(best - 1);
  return best;
}
