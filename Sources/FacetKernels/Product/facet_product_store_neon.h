/// From sums of a product to results in NEON, int8 stored signed; after facet_product_s8.h.
#include "../facet_results_neon.h"

/// float32 results: one copy.
FACET_OUTLINE void store_rare(const facet_product *p, uint8_t *output, sum (*sums)[COLUMNS], int32_t rows, int32_t columns) {
  FACET_ROLLED_FOR(int32_t i = 0; i < rows; i++, output += p->output_row * 4) {
    float v[COLUMNS];
    FACET_ROLLED_FOR(int32_t j = 0; j < COLUMNS; j++) v[j] = (float)sums[i][j] * p->multiplier;
    store_floats(p, output, v, columns);
  }
}

/// int8 results: one copy.
FACET_OUTLINE void store_bytes(const facet_product *p, uint8_t *output, sum (*sums)[COLUMNS], int32_t rows, int32_t columns) {
  const facet_bounds bounds = facet_bounds_of(p->zero, p->low, p->high);
  const float32x4_t m = vdupq_n_f32(p->multiplier);
  FACET_ROLLED_FOR(int32_t i = 0; i < rows; i++, output += p->output_row) {
    int8_t bytes[COLUMNS];
    FACET_UNROLLED_FOR(int j = 0; j < COLUMNS; j += 16) {
      const facet_sums s = {{vld1q_s32(sums[i] + j), vld1q_s32(sums[i] + j + 4), vld1q_s32(sums[i] + j + 8), vld1q_s32(sums[i] + j + 12)}};
      vst1q_s8(bytes + j, facet_results(bounds, facet_scaled(s, (facet_floats){{m, m, m, m}})));
    }
    store_row(p, output, bytes, columns);
  }
}

FACET_INLINE void store_tile(const facet_product *p, uint8_t *output, sum (*sums)[COLUMNS], int32_t rows, int32_t columns) {
  if (p->float_output)
    store_rare(p, output, sums, rows, columns);
  else
    store_bytes(p, output, sums, rows, columns);
}
