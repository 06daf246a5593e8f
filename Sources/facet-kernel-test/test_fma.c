#include "../FacetKernels/facet_fma_f32.h"
#include "support.h"

/// The fused multiply-add of CPUs without the instruction: against numbers where two roundings go wrong, and into the checksum, for which CPUs
/// with the instruction use theirs.
void test_fused_multiply_add(void) {
  static const struct {
    float x, y, z, result;
  } known[] = {
      {0x1.000002p+0f, 0x1.000002p+0f, -0x1.000004p+0f, 0x1p-46f},       // what a rounded product loses
      {0x1.fffffep+0f, 0x1.000002p+0f, 0x1p+24f, 0x1.000002p+24f},
      {0x1p-75f, 0x1p-75f, 0x1.000004p-127f, 0x1.000008p-127f},           // a tie of subnormal numbers, to even
      {0x1.000002p-75f, 0x1p-75f, 0x1p-127f, 0x1.000004p-127f},           // just above one
      {0x1p-75f, -0x1p-75f, 0x1p-127f, 0x1p-127f},
      {0x1.000002p-75f, -0x1p-75f, 0x1p-127f, 0x1.fffff8p-128f},          // just below one
      {0x1p+12f, 0x1p-36f, 0x1.000002p+0f, 0x1.000004p+0f},               // a tie
      {0x1p+12f, 0x1.000002p-36f, 0x1p+0f, 0x1.000002p+0f},               // above one by less than binary64 holds
      {0x1p-100f, 0x1p-100f, 0x1.000002p+0f, 0x1.000002p+0f},
      {0x1.fffffep+127f, 2.0f, -__builtin_inff(), -__builtin_inff()},
      {0x1.fffffep+127f, 2.0f, -0x1.fffffep+127f, 0x1.fffffep+127f},
      {-0x1p-100f, 0x1p-100f, 0.0f, -0.0f},
      {0.0f, -1.0f, -0.0f, -0.0f},
      {0.0f, -1.0f, 0.0f, 0.0f},
      {__builtin_inff(), 0.0f, 1.0f, __builtin_nanf("")},
  };
  int32_t ok = 1;
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    const float result = facet_fma_f32_exact(known[i].x, known[i].y, known[i].z);
    if (same_number(known[i].result, result)) continue;
    if (ok) fprintf(stderr, "fused multiply-add %zu is %a, expected %a\n", i, (double)result, (double)known[i].result);
    ok = 0;
  }
  check(ok, "fused multiply-add rounds once", "all");
  for (int32_t i = 0; i < 200; i++) {
    const reals kind = random_reals();
    const float x = random_real(kind, 1.0f), y = random_real(kind, 1.0f), z = random_real(kind, one_in(2) ? 1.0f : 0x1p-24f);
    const float results[2] = {facet_fma_f32_exact(x, y, z), facet_fma_f32(x, y, z)};
    checksum_add_floats(results, 2);
    ok = ok && same_number(results[0], results[1]);
  }
  check(ok, "fused multiply-add is the CPU's where it has one", "all");
}
