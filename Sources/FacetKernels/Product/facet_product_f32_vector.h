/// A float32 tile: rows by two vectors of columns at a time. After a facet_vector_f32_*.h, the number of ROWS and facet_product_f32.h.
FACET_INLINE void tile(const packed_a *const row[], const packed_b *b, int32_t steps, const sum *initial, const sum *of_rows, sum (*sums)[COLUMNS],
                       int32_t more, const int N) {
  (void)initial, (void)of_rows;
  const float *a[ROWS];
  FACET_UNROLLED_FOR(int i = 0; i < N; i++) a[i] = row[i];
  for (int part = 0; part < COLUMNS; part += 2 * LANES) {
    vector acc[ROWS][2];
    FACET_UNROLLED_FOR(int i = 0; i < N; i++)
      FACET_UNROLLED_FOR(int h = 0; h < 2; h++) acc[i][h] = more ? load(sums[i] + part + LANES * h) : all_lanes(0);
    const float *w = b + part;
    FACET_ROLLED_FOR(ptrdiff_t k = 0; k < steps; k++, w += COLUMNS) {
      const vector b0 = load(w), b1 = load(w + LANES);
      FACET_UNROLLED_FOR(int i = 0; i < N; i++) {
        const vector x = all_lanes(a[i][k]);
        acc[i][0] = multiply_add(x, b0, acc[i][0]);
        acc[i][1] = multiply_add(x, b1, acc[i][1]);
      }
    }
    FACET_UNROLLED_FOR(int i = 0; i < N; i++)
      FACET_UNROLLED_FOR(int h = 0; h < 2; h++) store(sums[i] + part + LANES * h, acc[i][h]);
  }
}
