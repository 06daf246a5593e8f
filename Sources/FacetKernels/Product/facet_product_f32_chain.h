/// Rows of a float32 tile, one after the other, by the `fused` multiply-add of whoever includes this.

FACET_OUTLINE void chain(const float *restrict a, const float *restrict b, int32_t steps, float *restrict sums) {
  float own[COLUMNS];
  memcpy(own, sums, sizeof own);
  for (int32_t k = 0; k < steps; k++, b += COLUMNS) fused(own, a[k], b);
  memcpy(sums, own, sizeof own);
}

FACET_INLINE void tile(const packed_a *const row[], const packed_b *b, int32_t steps, const sum *initial, const sum *of_rows, sum (*sums)[COLUMNS],
                       int32_t more, const int N) {
  (void)initial, (void)of_rows;
  for (int32_t i = 0; i < N; i++) {
    if (!more) memset(sums[i], 0, sizeof sums[i]);
    chain(row[i], b, steps, sums[i]);
  }
}
