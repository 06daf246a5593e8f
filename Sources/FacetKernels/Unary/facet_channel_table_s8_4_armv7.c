#if defined(__arm__)
#include "facet_internal.h"

/// The functions of four channels, whose tables are side by side, of a row of `left` >= 1 pixels. `flips` is between the stored bytes and q + 128.
FACET_INLINE void look_up(const uint8_t *table, uint32_t flips, const uint8_t *in, ptrdiff_t in_pixel, uint8_t *out, ptrdiff_t out_pixel,
                          int32_t left) {
  uint32_t v, a, b, c;
  __asm__ volatile("0: ldr %[v], [%[in]], %[in_pixel]\n subs %[left], %[left], #1\n eor %[v], %[v], %[flips]\n"
                   "uxtab %[a], %[table], %[v]\n uxtab %[b], %[table], %[v], ror #8\n uxtab %[c], %[table], %[v], ror #16\n"
                   "add %[v], %[table], %[v], lsr #24\n"
                   "ldrb %[a], [%[a]]\n ldrb %[b], [%[b], #256]\n ldrb %[c], [%[c], #512]\n ldrb %[v], [%[v], #768]\n"
                   "orr %[a], %[a], %[b], lsl #8\n orr %[a], %[a], %[c], lsl #16\n orr %[a], %[a], %[v], lsl #24\n"
                   "eor %[a], %[a], %[flips]\n str %[a], [%[out]], %[out_pixel]\n bne 0b\n"
                   : [in] "+r"(in), [out] "+r"(out), [left] "+r"(left), [v] "=&r"(v), [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c)
                   : [table] "r"(table), [flips] "r"(flips), [in_pixel] "r"(in_pixel), [out_pixel] "r"(out_pixel)
                   : "cc", "memory");
}

/// A function of one int8 input that differs from channel to channel, by 256 entries for each: four channels of all pixels at a time. Loads look
/// up as fast as NEON does on small cores, which would search a table in eight parts.
void facet_channel_table_s8_4_armv7(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary *a = arguments;
  const uint32_t flips = a->stored_unsigned ? 0 : 0x80808080;
  int32_t c = 0;
  FACET_ROLLED_FOR(; c + 4 <= a->channels; c += 4) {
    FACET_ROLLED_FOR(int32_t y = y0; y < y1; y++) {
      look_up(a->table + 256 * c, flips, facet_at(a->input, y * a->input_row + c), a->input_pixel, facet_at_mutable(a->output, y * a->output_row + c),
              a->output_pixel, a->width);
    }
  }
  if (c == a->channels) return;
  facet_unary rest = *a;
  rest.input = facet_at(a->input, c), rest.output = facet_at_mutable(a->output, c), rest.table += 256 * c, rest.channels -= c;
  facet_channel_table_s8_scalar(&rest, y0, y1);
}
#endif
