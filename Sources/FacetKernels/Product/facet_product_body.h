/// Products of matrices through strides: packing and the order of the work, which each ISA level compiles for itself.
///
/// What stands before it: facet_product_s8.h or facet_product_f32.h, which say what is packed; the number of ROWS of a tile; and `tile`, which
/// multiplies packed rows with a block of packed columns.

enum {
  PANEL_BLOCKS = 16, ///< blocks of columns that are packed together, at most
  KEPT_ROWS = 96,    ///< whose sums are kept where the inner axis comes in several parts; a multiple of ROWS
};

/// What lies on the stack, about 56 KiB.
typedef struct {
  packed_b b[PANEL_BYTES / sizeof(packed_b)];
  packed_a a[ROWS * INNER_PART];
  sum initial[PANEL_BLOCKS][COLUMNS];
  sum sums[KEPT_ROWS][COLUMNS];
} workspace;

/// The first elements of the matrices of one place of the batch axes.
typedef struct {
  const element *a, *b;
  uint8_t *output;
} matrices;

/// At most 32 columns of `length` inner places to `[steps][32][GROUP]`, zeros beyond.
FACET_OUTLINE void pack_columns(const facet_product *p, domain d, const element *b, int32_t columns, int32_t length, packed_b *to) {
  const int32_t whole = length / GROUP * GROUP;
  if (columns < COLUMNS || whole < length) memset(to, 0, (size_t)steps_of(length) * GROUP * COLUMNS * sizeof(packed_b));
  if (p->b_column == 1 && columns == COLUMNS) {
    for (int32_t k = 0; k < whole; k += GROUP) pack_rows(d, b + k * p->b_inner, p->b_inner, to + k * COLUMNS);
  } else if (p->b_inner == 1) {
    for (int32_t j = 0; j < columns; j++)
      for (int32_t k = 0; k < whole; k += GROUP) pack_group(d, b + j * p->b_column + k, to + k * COLUMNS + j * GROUP);
  } else {
    for (int32_t k = 0; k < whole; k++)
      for (int32_t j = 0; j < columns; j++) to[(k - k % GROUP) * COLUMNS + j * GROUP + k % GROUP] = value_b(d, b[k * p->b_inner + j * p->b_column]);
  }
  for (int32_t k = whole; k < length; k++)
    for (int32_t j = 0; j < columns; j++) to[whole * COLUMNS + j * GROUP + k - whole] = value_b(d, b[k * p->b_inner + j * p->b_column]);
}

/// Rows of a tile, where they lie or packed into `to`; those that do not exist repeat the last.
FACET_OUTLINE void pack_tile(const facet_product *p, domain d, const element *a, int32_t rows, int32_t length, int32_t in_place, packed_a *to,
                             const packed_a *row[ROWS]) {
  const int32_t width = steps_of(length) * GROUP;
  for (int32_t i = 0; i < ROWS; i++) {
    const int32_t at = i < rows ? i : rows - 1;
    row[i] = in_place ? (const packed_a *)(const void *)(a + at * p->a_row) : to + at * width;
  }
  if (in_place) return;
  for (int32_t i = 0; i < rows; i++) {
    const element *from = a + i * p->a_row;
    packed_a *own = to + i * width;
    if (p->a_inner == 1)
      for (int32_t k = 0; k < length; k++) own[k] = value_a(d, from[k]);
    else
      for (int32_t k = 0; k < length; k++) own[k] = value_a(d, from[k * p->a_inner]);
    for (int32_t k = length; k < width; k++) own[k] = 0;
  }
}

/// One copy of each kind of tile keeps the engine small.
FACET_OUTLINE void tile_of(const packed_a *const row[], const packed_b *b, int32_t steps, const sum *initial, const sum *of_rows,
                           sum (*sums)[COLUMNS], int32_t more) {
  tile(row, b, steps, initial, of_rows, sums, more, ROWS);
}

/// Rows and all blocks of columns, with the whole inner axis packed at once.
FACET_INLINE void multiply_whole(const facet_product *p, domain d, matrices m, int32_t r0, int32_t r1, workspace *w) {
  const int32_t steps = steps_of(p->inner), size = steps * GROUP * COLUMNS, fitting = (int32_t)(PANEL_BYTES / sizeof(packed_b)) / size;
  const int32_t panel = COLUMNS * (fitting < PANEL_BLOCKS ? fitting : PANEL_BLOCKS);
  for (int32_t c0 = 0; c0 < p->columns; c0 += panel) {
    const int32_t c1 = p->columns - c0 < panel ? p->columns : c0 + panel;
    packed_b *b = w->b;
    for (int32_t c = c0, i = 0; c < c1; c += COLUMNS, i++, b += size) {
      pack_columns(p, d, m.b + c * p->b_column, c1 - c < COLUMNS ? c1 - c : COLUMNS, p->inner, b);
      start_columns(d, b, p->inner, w->a, w->initial[i]);
    }
    for (int32_t r = r0; r < r1; r += ROWS) {
      const int32_t rows = r1 - r < ROWS ? r1 - r : ROWS;
      const packed_a *row[ROWS];
      sum of_rows[ROWS];
      pack_tile(p, d, m.a + r * p->a_row, rows, p->inner, stands_packed(p), w->a, row);
      start_rows(d, row, rows, p->inner, of_rows);
      b = w->b;
      for (int32_t c = c0, i = 0; c < c1; c += COLUMNS, i++, b += size) {
        if (rows == 1)
          single(row, b, steps, w->initial[i], of_rows, w->sums);
        else
          tile_of(row, b, steps, w->initial[i], of_rows, w->sums, 0);
        store_tile(p, place_of(p, m.output, r, c), w->sums, rows, c1 - c < COLUMNS ? c1 - c : COLUMNS);
      }
    }
  }
}

/// At most KEPT_ROWS rows of one block of columns, the inner axis in parts.
FACET_OUTLINE void multiply_parts(const facet_product *p, domain d, matrices m, int32_t r0, int32_t r1, int32_t c, workspace *w) {
  const int32_t columns = p->columns - c < COLUMNS ? p->columns - c : COLUMNS;
  for (int32_t k = 0; k < p->inner; k += INNER_PART) {
    const int32_t length = p->inner - k < INNER_PART ? p->inner - k : INNER_PART;
    pack_columns(p, d, m.b + c * p->b_column + k * p->b_inner, columns, length, w->b);
    start_columns(d, w->b, length, w->a, w->initial[0]);
    for (int32_t r = r0; r < r1; r += ROWS) {
      const int32_t rows = r1 - r < ROWS ? r1 - r : ROWS;
      const packed_a *row[ROWS];
      sum of_rows[ROWS];
      // Long rows of floats often lie a power of two apart, and a cache keeps few such.
      pack_tile(p, d, m.a + r * p->a_row + k * p->a_inner, rows, length, GROUP == 4 && stands_packed(p), w->a, row);
      start_rows(d, row, rows, length, of_rows);
      tile_of(row, w->b, steps_of(length), w->initial[0], of_rows, w->sums + (r - r0), k > 0);
    }
  }
  for (int32_t r = r0; r < r1; r += ROWS) store_tile(p, place_of(p, m.output, r, c), w->sums + (r - r0), r1 - r < ROWS ? r1 - r : ROWS, columns);
}

/// Rows [r0, r1) of all batches.
FACET_INLINE void product(const facet_product *p, int32_t r0, int32_t r1) {
  workspace w;
  const domain d = domain_of(p);
  for (int32_t r = r0; r < r1;) {
    int32_t batch = r / p->rows;
    const int32_t first = r % p->rows, end = p->rows - first < r1 - r ? p->rows : first + r1 - r;
    matrices m = {p->a, p->b, p->output};
    for (int32_t axis = 2; axis >= 0; axis--) {
      const int32_t index = batch % p->batch[axis];
      batch /= p->batch[axis];
      m.a += index * p->a_batch[axis];
      m.b += index * p->b_batch[axis];
      m.output += index * p->output_batch[axis] * output_size(p);
    }
    if (p->inner <= INNER_PART) {
      multiply_whole(p, d, m, first, end, &w);
    } else {
      for (int32_t r2 = first; r2 < end; r2 += KEPT_ROWS)
        for (int32_t c = 0; c < p->columns; c += COLUMNS) multiply_parts(p, d, m, r2, end - r2 < KEPT_ROWS ? end : r2 + KEPT_ROWS, c, &w);
    }
    r += end - first;
  }
}
