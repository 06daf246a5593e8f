/// Products of float32 tensors: nothing is changed by packing, and one chain of fused multiply-adds makes each sum.
#include "facet_product_store.h"

enum { GROUP = 1 };
typedef float element, packed_a, packed_b, sum;

/// Inner places that are packed together.
enum { INNER_PART = PANEL_BYTES / COLUMNS / (int)sizeof(packed_b) };

typedef struct {
  int32_t none;
} domain;

/// A tile: its sums of N rows, in `sums`; on from those where there were parts before (`more`).
FACET_INLINE void tile(const packed_a *const row[], const packed_b *b, int32_t steps, const sum *initial, const sum *of_rows, sum (*sums)[COLUMNS],
                       int32_t more, const int N);

/// A tile of one row and one part.
FACET_OUTLINE void single(const packed_a *const row[], const packed_b *b, int32_t steps, const sum *initial, const sum *of_rows,
                          sum (*sums)[COLUMNS]) {
  tile(row, b, steps, initial, of_rows, sums, 0, 1);
}

FACET_INLINE domain domain_of(const facet_product *p) { return (void)p, (domain){0}; }
FACET_INLINE int32_t steps_of(int32_t length) { return length; }
FACET_INLINE packed_a value_a(domain d, element v) { return (void)d, v; }
FACET_INLINE packed_b value_b(domain d, element v) { return (void)d, v; }
FACET_INLINE int32_t stands_packed(const facet_product *p) { return p->a_inner == 1; }
FACET_INLINE void pack_group(domain d, const element *from, packed_b *to) { *to = value_b(d, *from); }
FACET_INLINE void pack_rows(domain d, const element *from, ptrdiff_t step, packed_b *to) {
  (void)d, (void)step;
  memcpy(to, from, COLUMNS * sizeof *to);
}
FACET_INLINE void start_columns(domain d, const packed_b *b, int32_t length, packed_a *room, sum initial[COLUMNS]) {
  (void)d, (void)b, (void)length, (void)room, (void)initial;
}
FACET_INLINE void start_rows(domain d, const packed_a *const row[], int32_t rows, int32_t length, sum *of_rows) {
  (void)d, (void)row, (void)rows, (void)length, (void)of_rows;
}

FACET_INLINE void store_tile(const facet_product *p, uint8_t *output, sum (*sums)[COLUMNS], int32_t rows, int32_t columns) {
  for (int32_t i = 0; i < rows; i++, output += p->output_row * 4) {
    float v[COLUMNS];
    for (int32_t j = 0; j < COLUMNS; j++) v[j] = sums[i][j] * p->multiplier;
    store_floats(p, output, v, columns);
  }
}
