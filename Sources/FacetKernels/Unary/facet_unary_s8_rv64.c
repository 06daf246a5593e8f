#if defined(__riscv) && __riscv_xlen == 64
#include "facet_store_s8_rv64.h"
#include "facet_unary_body.h"

/// Any function of one int8 input, by a table of 256 entries, without vectors: four elements at a time.
void facet_table_s8_rv64(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(arguments, 1, 1), *a = &m;
  const uint8_t flip = a->stored_unsigned ? 0 : 0x80; // between q' + 128 and the stored byte
  uint8_t table[256];                                 // by stored bytes to stored bytes
  FACET_ROLLED_FOR(int i = 0; i < 256; i++) table[i] = a->table[i ^ flip] ^ flip;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const uint8_t *in = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *out = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      int32_t i = 0;
      for (; i + 4 <= a->channels; i += 4, in += 4, out += 4) {
        uint8_t v[4];
        FACET_UNROLLED_FOR(int j = 0; j < 4; j++) v[j] = table[in[j]];
        FACET_UNROLLED_FOR(int j = 0; j < 4; j++) out[j] = v[j];
      }
      for (; i < a->channels; i++) *out++ = table[*in++];
    }
}

/// float32 to int8, without vectors.
void facet_quantize_f32_rv64(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(arguments, sizeof(float), 1), *a = &m;
  const float low = (float)((a->stored_unsigned ? 0 : -128) - a->output_zero), high = low + 255.0f, scale = a->scale;
  const int32_t zero = a->output_zero, channels = a->channels;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const float *in = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *out = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      _Pragma("clang loop unroll_count(4)") for (int32_t i = 0; i < channels; i++) {
        const float p = in[i] * scale;
        const int32_t is_number = -(p == p); // fmax.s takes the bound for none
        out[i] = (uint8_t)((facet_to_nearest_rv64(__builtin_fminf(__builtin_fmaxf(p, low), high)) & is_number) + zero);
      }
    }
}
#endif
