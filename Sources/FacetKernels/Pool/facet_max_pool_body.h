/// Max pooling: the loops that each ISA level and element type compiles for itself.
#include "facet_pool_window.h"

/// An empty window gives `lowest`; elements pass through `read`.
#define FACET_MAX_POOL(name, type, lowest, read)                                                       \
  FACET_INLINE void name(const facet_pool *a, int32_t y0, int32_t y1) {                                \
    for (int32_t y = y0; y < y1; y++) {                                                                \
      const facet_window rows = facet_pool_rows(a, y);                                                 \
      for (int32_t x = 0; x < a->out_width; x++) {                                                     \
        const facet_window columns = facet_pool_columns(a, x);                                         \
        type *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);           \
        for (int32_t first = 0; first < a->channels; first += FACET_CHUNK) {                           \
          const int32_t count = a->channels - first < FACET_CHUNK ? a->channels - first : FACET_CHUNK; \
          type best[FACET_CHUNK];                                                                      \
          for (int32_t i = 0; i < count; i++) best[i] = lowest;                                        \
          for (int32_t ky = rows.begin; ky < rows.end; ky++)                                           \
            for (int32_t kx = columns.begin; kx < columns.end; kx++) {                                 \
              const type *in = (const type *)facet_pool_pixel(a, rows, ky, columns, kx) + first;       \
              for (int32_t i = 0; i < count; i++) {                                                    \
                const type v = read(in[i]);                                                            \
                best[i] = v > best[i] ? v : best[i];                                                   \
              }                                                                                        \
            }                                                                                          \
          memcpy(output + first, best, (size_t)count * sizeof(type));                                  \
        }                                                                                              \
      }                                                                                                \
    }                                                                                                  \
  }

FACET_MAX_POOL(facet_max_pool_u8_body, uint8_t, 0, (uint8_t))
FACET_MAX_POOL(facet_max_pool_i8_body, int8_t, INT8_MIN, (int8_t))
FACET_MAX_POOL(facet_max_pool_f32_body, float, -__builtin_inff(), facet_scalar_f32)
#undef FACET_MAX_POOL

FACET_INLINE void facet_max_pool_s8_body(const facet_pool *a, int32_t y0, int32_t y1) {
  if (a->stored_unsigned)
    facet_max_pool_u8_body(a, y0, y1);
  else
    facet_max_pool_i8_body(a, y0, y1);
}
