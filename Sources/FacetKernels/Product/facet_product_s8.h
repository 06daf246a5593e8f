/// Products of int8 tensors: what is packed and how sums become results. After FACET_PRODUCT_GROUP was set:
/// - 4: unsigned bytes of a, where FACET_PRODUCT_SIGNED was set signed ones, and signed ones of b, as dot products take them, whose zero points are
///   made good for by what sums start from;
/// - 1 or 2: 16-bit numbers less their zero points.
#include "facet_product_store.h"

enum { GROUP = FACET_PRODUCT_GROUP };
typedef uint8_t element;
typedef int32_t sum;
#if FACET_PRODUCT_GROUP == 4 && defined(FACET_PRODUCT_SIGNED)
typedef int8_t packed_a;
typedef int8_t packed_b;
enum { A_ADDED = 128 };
#elif FACET_PRODUCT_GROUP == 4
typedef uint8_t packed_a;
typedef int8_t packed_b;
enum { A_ADDED = 0 };
#else
typedef int16_t packed_a;
typedef int16_t packed_b;
enum { A_ADDED = 0 };
#endif

/// Inner places that are packed together.
enum { INNER_PART = PANEL_BYTES / COLUMNS / (int)sizeof(packed_b) };

/// How elements are read: as unsigned bytes, whatever the stored domain. Zero points of packed numbers that may have one.
typedef struct {
  uint8_t flip;
  int32_t a_zero, b_zero;
} domain;

FACET_INLINE domain domain_of(const facet_product *p) {
  const int32_t added = p->stored_unsigned ? 0 : 128;
  const domain d = {p->stored_unsigned ? 0 : 0x80, p->a_zero + added - A_ADDED, p->b_zero + added - (GROUP == 4 ? 128 : 0)};
  return d;
}

FACET_INLINE int32_t steps_of(int32_t length) { return (length + GROUP - 1) / GROUP; }

/// A tile: its sums of N rows, in `sums` and from `initial[column] + of_rows[row]` on, or where there were parts before (`more`) from that and
/// `sums` on.
FACET_INLINE void tile(const packed_a *const row[], const packed_b *b, int32_t steps, const sum *initial, const sum *of_rows, sum (*sums)[COLUMNS],
                       int32_t more, const int N);

/// A tile of one row and one part.
FACET_OUTLINE void single(const packed_a *const row[], const packed_b *b, int32_t steps, const sum *initial, const sum *of_rows,
                          sum (*sums)[COLUMNS]) {
  tile(row, b, steps, initial, of_rows, sums, 0, 1);
}

#if FACET_PRODUCT_GROUP == 4
FACET_INLINE packed_a value_a(domain d, element v) { return (packed_a)(v ^ d.flip ^ A_ADDED); }
FACET_INLINE packed_b value_b(domain d, element v) { return (packed_b)(v ^ d.flip ^ 0x80); }
/// Rows without gaps that are stored as they are wanted; up to three bytes too many are read, which meet zeros.
FACET_INLINE int32_t stands_packed(const facet_product *p) { return p->stored_unsigned == (A_ADDED == 0) && p->a_inner == 1; }

FACET_INLINE void pack_group(domain d, const element *from, packed_b *to) {
  uint32_t bytes;
  memcpy(&bytes, from, sizeof bytes);
  bytes ^= (uint32_t)(d.flip ^ 0x80) * 0x01010101u;
  memcpy(to, &bytes, sizeof bytes);
}

/// sum of (a - za)(b - zb) = sum of ab - za * sum of b - zb * sum of a + n * za * zb: what belongs to a column. The sums of columns are products
/// with ones, for which there is `room`.
FACET_OUTLINE void start_columns(domain d, const packed_b *b, int32_t length, packed_a *room, sum initial[COLUMNS]) {
  static const sum zeros[COLUMNS] = {0};
  sum sums[1][COLUMNS];
  const packed_a *const row[1] = {room};
  memset(room, 1, (size_t)steps_of(length) * GROUP);
  single(row, b, steps_of(length), zeros, zeros, sums);
  for (int32_t j = 0; j < COLUMNS; j++) initial[j] = (length * d.b_zero - sums[0][j]) * d.a_zero;
}

/// The same: what belongs to a row.
FACET_OUTLINE void start_rows(domain d, const packed_a *const row[], int32_t rows, int32_t length, sum *of_rows) {
  for (int32_t i = 0; i < rows; i++) {
    int32_t s = 0;
    if (d.b_zero)
      for (int32_t k = 0; k < length; k++) s += row[i][k];
    of_rows[i] = -s * d.b_zero;
  }
  for (int32_t i = rows; i < ROWS; i++) of_rows[i] = 0;
}
#else
FACET_INLINE packed_a value_a(domain d, element v) { return (packed_a)((uint8_t)(v ^ d.flip) - d.a_zero); }
FACET_INLINE packed_b value_b(domain d, element v) { return (packed_b)((uint8_t)(v ^ d.flip) - d.b_zero); }
FACET_INLINE int32_t stands_packed(const facet_product *p) { return (void)p, 0; }

FACET_INLINE void pack_group(domain d, const element *from, packed_b *to) {
  for (int32_t g = 0; g < GROUP; g++) to[g] = value_b(d, from[g]);
}

FACET_INLINE void start_columns(domain d, const packed_b *b, int32_t length, packed_a *room, sum initial[COLUMNS]) {
  (void)d, (void)b, (void)length, (void)room;
  memset(initial, 0, COLUMNS * sizeof(sum));
}

FACET_INLINE void start_rows(domain d, const packed_a *const row[], int32_t rows, int32_t length, sum *of_rows) {
  (void)d, (void)row, (void)rows, (void)length;
  memset(of_rows, 0, ROWS * sizeof(sum));
}
#endif

/// GROUP rows of 32 columns that lie side by side.
FACET_INLINE void pack_rows(domain d, const element *from, ptrdiff_t step, packed_b *to) {
  for (int32_t j = 0; j < COLUMNS; j++)
    for (int32_t g = 0; g < GROUP; g++) to[j * GROUP + g] = value_b(d, from[g * step + j]);
}

/// Sums of some rows to their results, wherever those lie.
FACET_INLINE void store_any(const facet_product *p, uint8_t *output, sum (*sums)[COLUMNS], int32_t rows, int32_t columns) {
  const float low = (float)(p->low - p->zero), high = (float)(p->high - p->zero), multiplier = p->multiplier;
  const int32_t zero = p->zero;
  for (int32_t i = 0; i < rows; i++, output += p->output_row * output_size(p)) {
    float v[COLUMNS];
    for (int32_t j = 0; j < COLUMNS; j++) v[j] = (float)sums[i][j] * multiplier;
    if (p->float_output) {
      store_floats(p, output, v, columns);
      continue;
    }
    uint8_t result[COLUMNS];
    for (int32_t j = 0; j < COLUMNS; j++) result[j] = facet_requantize(v[j], low, high, zero);
    store_row(p, output, result, columns);
  }
}
