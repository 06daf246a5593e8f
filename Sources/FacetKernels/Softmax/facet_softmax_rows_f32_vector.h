/// Softmax of each pixel's channels, written once for the ISA levels: after their vectors, `partials`, `partials_add`, `partials_sum`,
/// `largest_of`, `store_lowest_bytes`.
#include "../facet_exp_f32_vector.h"

/// Exponentials that are kept from the sum to the quotients. Of longer rows they are computed a second time.
enum { PIECE = 512 };

/// The largest of a row. Of a row with NaN any number: its result is NaN in any case.
FACET_INLINE float softmax_largest(const float *input, int32_t count) {
  const vector lowest = all_lanes(-__builtin_inff());
  if (count < LANES) return largest_of(load_or(input, first_lanes(count), lowest));
  // The last vector may overlap the one before it.
  vector a = load(input + count - LANES), b = a;
  int32_t i = 0;
  for (; i + 2 * LANES <= count; i += 2 * LANES) a = larger(a, load(input + i)), b = larger(b, load(input + i + LANES));
  if (i + LANES <= count) a = larger(a, load(input + i));
  return largest_of(larger(a, b));
}

/// The exponentials of `count` <= PIECE elements less the largest, then zeros up to a multiple of 16: those change no sum.
FACET_INLINE void softmax_exponentials(const float *input, int32_t count, vector largest, float *e, partials *t) {
  const vector lowest = all_lanes(-__builtin_inff());
  int32_t i = 0;
  for (; i + 16 <= count; i += 16)
    FACET_UNROLLED_FOR(int32_t j = 0; j < 16 / LANES; j++) {
      const vector v = exponential(subtract(load(input + i + j * LANES), largest));
      store(e + i + j * LANES, v);
      partials_add(t, j, v);
    }
  if (i == count) return;
  FACET_UNROLLED_FOR(int32_t j = 0; j < 16 / LANES; j++) {
    const int32_t first = i + j * LANES;
    if (first >= count) {
      store(e + first, all_lanes(0.0f));
      continue;
    }
    const vector v = exponential(subtract(load_or(input + first, first_lanes(count - first), lowest), largest));
    store(e + first, v);
    partials_add(t, j, v);
  }
}

/// 16 quotients as float32.
FACET_INLINE void softmax_floats(const float *e, vector sum, float *output) {
  FACET_UNROLLED_FOR(int32_t j = 0; j < 16 / LANES; j++) store(output + j * LANES, divide(load(e + j * LANES), sum));
}

/// 16 quotients as int8; NaN becomes 0, the zero point.
FACET_INLINE void softmax_bytes(const float *e, vector sum, vector multiplier, uint8_t flip, uint8_t *output) {
  vector rounded[16 / LANES];
  FACET_UNROLLED_FOR(int32_t j = 0; j < 16 / LANES; j++) {
    const vector p = multiply(divide(load(e + j * LANES), sum), multiplier);
    // As in facet_round; the lowest byte of the bits is the integer.
    rounded[j] = add(smaller(larger(p, all_lanes(0.0f)), all_lanes(255.0f)), all_lanes(12582912.0f));
  }
  store_lowest_bytes(output, rounded, flip);
}

/// The quotients of `count` exponentials: in groups of 16, the last of which overlaps the one before it.
FACET_INLINE void softmax_quotients(const float *e, int32_t count, vector sum, const facet_softmax *a, void *output) {
  const int32_t is_float = a->float_output;
  const uint8_t flip = a->stored_unsigned ? 0 : 0x80;
  const vector multiplier = all_lanes(a->multiplier);
  if (count < 16) {
    float floats[16];
    uint8_t bytes[16];
    if (is_float) {
      softmax_floats(e, sum, floats);
      memcpy(output, floats, (size_t)count * sizeof(float));
    } else {
      softmax_bytes(e, sum, multiplier, flip, bytes);
      memcpy(output, bytes, (size_t)count);
    }
    return;
  }
  if (is_float) {
    for (int32_t i = 0; i + 16 <= count; i += 16) softmax_floats(e + i, sum, (float *)output + i);
    if (count % 16) softmax_floats(e + count - 16, sum, (float *)output + count - 16);
  } else {
    for (int32_t i = 0; i + 16 <= count; i += 16) softmax_bytes(e + i, sum, multiplier, flip, (uint8_t *)output + i);
    if (count % 16) softmax_bytes(e + count - 16, sum, multiplier, flip, (uint8_t *)output + count - 16);
  }
}

FACET_INLINE void softmax_rows(const facet_softmax *a, int32_t y0, int32_t y1) {
  const ptrdiff_t size = a->float_output ? 4 : 1;
  float e[PIECE];
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) {
      const float *input = facet_at(a->input, y * a->input_row + x * a->input_pixel);
      uint8_t *output = facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel);
      const vector largest = all_lanes(softmax_largest(input, a->channels));
      partials t = {{{0}}};
      vector sum = largest;
      // A long row goes through twice: for its sum, then for the quotients.
      for (int32_t pass = a->channels > PIECE ? 0 : 1; pass < 2; pass++) {
        for (int32_t i = 0; i < a->channels; i += PIECE) {
          const int32_t count = a->channels - i < PIECE ? a->channels - i : PIECE;
          softmax_exponentials(input + i, count, largest, e, &t);
          if (pass == 0) continue;
          if (a->channels <= PIECE) sum = all_lanes((float)partials_sum(&t));
          softmax_quotients(e, count, sum, a, output + i * size);
        }
        if (pass == 0) sum = all_lanes((float)partials_sum(&t));
      }
    }
}
