#include "facet_small.h"
#include "facet_transpose.h"

/// `count` rows side by side, so that one walk along them serves as many elements.
FACET_INLINE void facet_transpose_rows(const uint8_t *from, ptrdiff_t from_step, uint8_t *to, ptrdiff_t to_step, int32_t columns, const int32_t count,
                                       const size_t size) {
  const uint8_t *rows[4];
  FACET_UNROLLED_FOR(int j = 0; j < count; j++) rows[j] = from + j * from_step;
  FACET_ROLLED_FOR(; columns > 0; columns--, to += to_step)
    FACET_UNROLLED_FOR(int j = 0; j < count; j++) {
      facet_copy_element(to + (size_t)j * size, rows[j], size);
      rows[j] += size;
    }
}

#if defined(__aarch64__)
#include <arm_neon.h>

enum { FACET_HAS_SQUARES = 1 };

/// 8 x 8 bytes, or 4 x 4 words: one register holds two rows, or one. Each round turns the bits of an element's place, row before column, by one.
FACET_INLINE void facet_transpose_square(const uint8_t *from, ptrdiff_t from_step, uint8_t *to, ptrdiff_t to_step, const size_t size) {
  uint8x16_t v[4];
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++)
    v[i] = size == 4 ? vld1q_u8(from + i * from_step) : vcombine_u8(vld1_u8(from + 2 * i * from_step), vld1_u8(from + (2 * i + 1) * from_step));
  FACET_UNROLLED_FOR(size_t round = size == 4 ? 1 : 0; round < 3; round++) {
    const uint8x16_t a = v[0], b = v[1], c = v[2], d = v[3];
    if (size == 4) {
      const uint32x4_t e = vreinterpretq_u32_u8(a), f = vreinterpretq_u32_u8(b), g = vreinterpretq_u32_u8(c), h = vreinterpretq_u32_u8(d);
      v[0] = vreinterpretq_u8_u32(vzip1q_u32(e, g)), v[1] = vreinterpretq_u8_u32(vzip2q_u32(e, g));
      v[2] = vreinterpretq_u8_u32(vzip1q_u32(f, h)), v[3] = vreinterpretq_u8_u32(vzip2q_u32(f, h));
    } else {
      v[0] = vzip1q_u8(a, c), v[1] = vzip2q_u8(a, c);
      v[2] = vzip1q_u8(b, d), v[3] = vzip2q_u8(b, d);
    }
  }
  FACET_UNROLLED_FOR(int i = 0; i < 4; i++) {
    if (size == 4)
      vst1q_u8(to + i * to_step, v[i]);
    else
      vst1_u8(to + 2 * i * to_step, vget_low_u8(v[i])), vst1_u8(to + (2 * i + 1) * to_step, vget_high_u8(v[i]));
  }
}
#else
enum { FACET_HAS_SQUARES = 0 };
FACET_INLINE void facet_transpose_square(const uint8_t *from, ptrdiff_t from_step, uint8_t *to, ptrdiff_t to_step, const size_t size) {
  (void)from, (void)from_step, (void)to, (void)to_step, (void)size;
}
#endif

FACET_INLINE void facet_transpose_sized(const uint8_t *from, ptrdiff_t from_step, uint8_t *to, ptrdiff_t to_step, int32_t rows, int32_t columns,
                                        const size_t size) {
  const int32_t side = size == 4 ? 4 : 8;
  for (; FACET_HAS_SQUARES && columns >= side && rows >= side; rows -= side, from += side * from_step, to += side * (ptrdiff_t)size) {
    int32_t i = 0;
    FACET_ROLLED_FOR(; i + side <= columns; i += side) facet_transpose_square(from + i * (ptrdiff_t)size, from_step, to + i * to_step, to_step, size);
    const uint8_t *in = from + i * (ptrdiff_t)size;
    uint8_t *out = to + i * to_step;
    for (int32_t part = 0; i < columns && part < side; part += 4, in += 4 * from_step, out += 4 * size)
      facet_transpose_rows(in, from_step, out, to_step, columns - i, 4, size);
  }
  for (; rows >= 4; rows -= 4, from += 4 * from_step, to += 4 * size) facet_transpose_rows(from, from_step, to, to_step, columns, 4, size);
  for (; rows > 0; rows--, from += from_step, to += size) facet_transpose_rows(from, from_step, to, to_step, columns, 1, size);
}

void facet_transpose(const uint8_t *from, ptrdiff_t from_step, uint8_t *to, ptrdiff_t to_step, int32_t rows, int32_t columns, int32_t size) {
  if (size == 1)
    facet_transpose_sized(from, from_step, to, to_step, rows, columns, 1);
  else
    facet_transpose_sized(from, from_step, to, to_step, rows, columns, 4);
}
#include "facet_small_end.h"
