#if defined(__arm__)
#include "facet_unary_body.h"
#include <arm_neon.h>

// clang-format off
#define NEXT "vsub.i8 q0, q0, q14\n vsub.i8 q1, q1, q14\n vsub.i8 q2, q2, q14\n vsub.i8 q3, q3, q14\n"
#define LOOK_UP(to, entries, from) "vtbx.8 d" #to ", " entries ", d" #from "\n"
#define LOOK_UP_ALL(entries)                                                                                                           \
  LOOK_UP(8, entries, 0) LOOK_UP(9, entries, 1) LOOK_UP(10, entries, 2) LOOK_UP(11, entries, 3) LOOK_UP(12, entries, 4) \
  LOOK_UP(13, entries, 5) LOOK_UP(14, entries, 6) LOOK_UP(15, entries, 7)
// clang-format on

/// The functions of the 64 bytes at `from`. `table` has the entries in the order of stored bytes; a quarter is in registers at a
/// time, half of it searched at a time: a byte outside of its 32 entries leaves the result as it was, and each lies in one half.
FACET_INLINE void look_up(const uint8_t *table, const uint8_t *from, uint8_t *to) {
  const uint8_t *const end = table + 256;
  __asm__ volatile("vld1.8 {d0-d3}, [%[from]]!\n vld1.8 {d4-d7}, [%[from]]\n vmov.i8 q14, #32\n"
                   "0: vldmia %[table]!, {d16-d23}\n" LOOK_UP_ALL("{d16-d19}") NEXT LOOK_UP_ALL("{d20-d23}") NEXT
                   "cmp %[table], %[end]\n bne 0b\n"
                   "vst1.8 {d8-d11}, [%[to]]!\n vst1.8 {d12-d15}, [%[to]]\n"
                   : [table] "+r"(table), [from] "+r"(from), [to] "+r"(to)
                   : [end] "r"(end)
                   : "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11", "q14", "cc", "memory");
}

/// Any function of one int8 input, by a table of 256 entries: 64 look-ups at a time.
void facet_table_s8_64_armv7(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(arguments, 1, 1), *a = &m;
  const int32_t flip = a->stored_unsigned ? 0 : 0x80; // between the stored byte and q + 128
  const uint8x16_t flips = vdupq_n_u8((uint8_t)flip);
  _Alignas(16) uint8_t table[256], rest[64];
  FACET_ROLLED_FOR(int32_t i = 0; i < 256; i += 16) vst1q_u8(table + i, veorq_u8(vld1q_u8(a->table + (i ^ flip)), flips));
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const uint8_t *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      FACET_ROLLED_FOR(int32_t left = a->channels; left > 0; left -= 64, input += 64, output += 64) { // input may be read beyond the channels
        look_up(table, input, left < 64 ? rest : output);
        if (left < 64) memcpy(output, rest, (size_t)left);
      }
    }
}
#endif
