/// The tile of products with RISC-V's vectors: three rows by 32 columns. Whoever includes it has said what `vsums` (8 registers at 128 bits) and
/// `vcolumns` are, and what is done with them: no_sums, load_sums, store_sums, load_columns, multiply_add.

/// Rows that do not exist repeat the last.
FACET_INLINE void tile(const packed_a *const row[], const packed_b *b, int32_t steps, const sum *initial, const sum *of_rows, sum (*sums)[COLUMNS],
                       int32_t more, const int N) {
  (void)initial, (void)of_rows;
  const size_t vl = __riscv_vsetvl_e32m8(COLUMNS);
  const packed_a *a0 = row[0], *a1 = row[N > 1 ? 1 : 0], *a2 = row[N > 2 ? 2 : 0];
  vsums s0 = no_sums(0, vl), s1 = s0, s2 = s0;
  if (more) {
    s0 = load_sums(sums[0], vl);
    if (N > 1) s1 = load_sums(sums[1], vl), s2 = load_sums(sums[2], vl);
  }
  FACET_ROLLED_FOR(int32_t k = 0; k < steps; k++, b += COLUMNS) {
    const vcolumns w = load_columns(b, vl);
    s0 = multiply_add(s0, a0[k], w, vl);
    if (N > 1) s1 = multiply_add(s1, a1[k], w, vl), s2 = multiply_add(s2, a2[k], w, vl);
  }
  store_sums(sums[0], s0, vl);
  if (N > 1) store_sums(sums[1], s1, vl), store_sums(sums[2], s2, vl);
}
