#include "support.h"

/// Kernels on plain tensors: against the plainest form of their definition, and into the checksum.

static const float *random_floats(int32_t which, size_t count, reals kind, float magnitude) {
  float *v = slot(which, count * sizeof(float), FACET_OVERREAD);
  for (size_t i = 0; i < count; i++) v[i] = random_real(kind, magnitude);
  return v;
}

static void compare_floats(const char *name, const facet_kernel *k, const float *expected, const float *got, size_t count) {
  check(same_floats(name, k->name, expected, got, count), name, k->name);
  if (counts(k)) checksum_add_floats(got, count);
}

static void compare(const char *name, const facet_kernel *k, const void *expected, const void *got, size_t size) {
  check(same_bytes(name, k->name, expected, got, size), name, k->name);
  if (counts(k)) checksum_add(got, size);
}

static void test_quantize(void) {
  const int32_t count = random_int(1, 90), shift = one_in(2) ? 128 : 0, zero = random_zero();
  float *input = slot(SLOT_INPUT, (size_t)count * 4, FACET_OVERREAD);
  for (int32_t i = 0; i < count; i++) input[i] = one_in(30) ? __builtin_nanf("") : one_in(30) ? -__builtin_inff() : random_float(300.0f);
  uint8_t *expected = slot(SLOT_EXPECTED, (size_t)count, 0);
  facet_unary a = {.input = input,
                   .height = 1,
                   .width = 1,
                   .channels = count,
                   .input_pixel = count * 4,
                   .output_pixel = count,
                   .stored_unsigned = shift != 0,
                   .output_zero = zero + shift,
                   .scale = 0.7f};
  for (int32_t i = 0; i < count; i++)
    expected[i] = (uint8_t)((input[i] != input[i] ? zero : defined_requantize(product(input[i], 0.7f), zero, -128, 127)) + shift);
  FOR_KERNELS(k, FACET_QUANTIZE_F32, &a) {
    a.output = slot(SLOT_OUTPUT, (size_t)count, 0);
    k->run.rows(&a, 0, 1);
    compare("quantize_f32", k, expected, a.output, (size_t)count);
  }
}

/// A grid of random shape; the last axis' tables rise by one in half of the cases.
static void test_rearrange(void) {
  facet_rearrange a = {.rank = random_int(1, 4), .element_size = one_in(2) ? 1 : 4, .fill = {1, 2, 3, 4}};
  int32_t entries = 0, inputs = 1, outputs = 1, tables[2][4][6];
  for (int32_t axis = 0; axis < FACET_AXES; axis++) a.dimensions[axis] = axis < a.rank ? random_int(1, 6) : 1;
  const int32_t dense = one_in(2);
  for (int32_t axis = 0; axis < a.rank; axis++) {
    for (int32_t i = 0; i < a.dimensions[axis]; i++) {
      tables[0][axis][i] = axis == a.rank - 1 && dense ? i : one_in(6) ? -1 : random_int(0, 9);
      tables[1][axis][i] = outputs * i; // the first axis fastest: no place twice
    }
    inputs += 9;
    outputs *= a.dimensions[axis];
    entries += a.dimensions[axis];
  }
  if (dense && a.rank == 1)
    for (int32_t i = 0; i < a.dimensions[0]; i++) tables[1][0][i] = i;
  int32_t *list = slot(SLOT_WEIGHTS, (size_t)entries * 8, 0), *next = list;
  for (int32_t side = 0; side < 2; side++)
    for (int32_t axis = 0; axis < a.rank; axis++)
      for (int32_t i = 0; i < a.dimensions[axis]; i++) *next++ = tables[side][axis][i];
  const size_t size = (size_t)a.element_size, bytes = (size_t)outputs * size;
  uint8_t *input = slot(SLOT_INPUT, (size_t)inputs * size, 0), *expected = slot(SLOT_EXPECTED, bytes, 0);
  random_bytes(input, (size_t)inputs * size, 0);
  for (int32_t place = 0; place < outputs; place++) {
    int32_t rest = place, from = 0, to = 0, fills = 0;
    for (int32_t axis = 0; axis < a.rank; axis++) {
      const int32_t index = rest % a.dimensions[axis];
      rest /= a.dimensions[axis];
      fills |= tables[0][axis][index] < 0;
      from += tables[0][axis][index];
      to += tables[1][axis][index];
    }
    memcpy(expected + (size_t)to * size, fills ? a.fill : input + (size_t)from * size, size);
  }
  a.input = input;
  a.tables = list;
  FOR_KERNELS(k, FACET_REARRANGE, &a) {
    a.output = slot(SLOT_OUTPUT, bytes, 0);
    k->run.whole(&a);
    compare("rearrange", k, expected, a.output, bytes);
  }
}

/// Axes in another order, backwards or each second place of them: against the definition, place by place.
static void test_transpose(void) {
  facet_rearrange a = {.rank = random_int(1, 4), .element_size = one_in(2) ? 1 : 4, .fill = {1, 2, 3, 4}};
  int32_t order[4], step[4], in_size = 1, out_size = 1, out_stride[4], first[4], entries = 0;
  for (int32_t i = 0; i < FACET_AXES; i++) a.dimensions[i] = i < a.rank ? random_int(1, a.rank == 4 ? 9 : 40) : 1;
  for (int32_t i = 0; i < a.rank; i++) order[i] = i, entries += a.dimensions[i];
  for (int32_t i = a.rank - 1; i > 0; i--) {
    const int32_t j = random_int(0, i), o = order[i];
    order[i] = order[j], order[j] = o;
  }
  for (int32_t i = a.rank - 1; i >= 0; i--) out_stride[order[i]] = out_size, out_size *= a.dimensions[order[i]];
  for (int32_t i = a.rank - 1; i >= 0; i--) {
    const int32_t each = one_in(6) ? 2 : 1, backwards = one_in(6);
    step[i] = backwards ? -in_size * each : in_size * each;
    first[i] = backwards ? -step[i] * (a.dimensions[i] - 1) : 0;
    in_size *= a.dimensions[i] * each;
  }
  const int32_t fill_axis = one_in(4) ? random_int(0, a.rank - 1) : -1, fill_at = fill_axis < 0 ? 0 : random_int(0, a.dimensions[fill_axis] - 1);
  int32_t *tables = slot(SLOT_WEIGHTS, (size_t)entries * 8, 0), *next = tables;
  for (int32_t side = 0; side < 2; side++)
    for (int32_t axis = 0; axis < a.rank; axis++)
      for (int32_t i = 0; i < a.dimensions[axis]; i++)
        *next++ = side ? i * out_stride[axis] : axis == fill_axis && i == fill_at ? -1 : first[axis] + i * step[axis];
  const size_t size = (size_t)a.element_size, in_bytes = (size_t)in_size * size, bytes = (size_t)out_size * size;
  uint8_t *input = slot(SLOT_INPUT, in_bytes, FACET_OVERREAD), *expected = slot(SLOT_EXPECTED, bytes, 0);
  random_bytes(input, in_bytes, 0);
  for (int32_t place = 0; place < out_size; place++) {
    int32_t from = 0, fills = 0;
    for (int32_t axis = 0; axis < a.rank; axis++) {
      const int32_t index = place / out_stride[axis] % a.dimensions[axis];
      fills |= axis == fill_axis && index == fill_at;
      from += first[axis] + index * step[axis];
    }
    memcpy(expected + (size_t)place * size, fills ? a.fill : input + (size_t)from * size, size);
  }
  a.input = input;
  a.tables = tables;
  FOR_KERNELS(k, FACET_REARRANGE, &a) {
    a.output = slot(SLOT_OUTPUT, bytes, 0);
    k->run.whole(&a);
    compare("transpose", k, expected, a.output, bytes);
  }
}

/// [kept][reduced] or [reduced][kept], each of two axes that may be one.
static void test_reduce(void) {
  const int32_t kept_by = random_int(1, 3), reduced_by = random_int(1, 3), inner = one_in(2);
  const int32_t kept = random_int(1, 6) * kept_by, reduced = random_int(1, 12) * reduced_by, kept_step = inner ? reduced : 1, step = inner ? 1 : kept;
  const float *x = random_floats(SLOT_INPUT, (size_t)(kept * reduced), random_reals(), 3.0f);
  facet_reduce a = {.input = x,
                    .kept_rank = 2,
                    .kept = {kept / kept_by, kept_by},
                    .kept_strides = {kept_step * kept_by, kept_step},
                    .reduced_rank = 2,
                    .reduced = {reduced / reduced_by, reduced_by},
                    .reduced_strides = {step * reduced_by, step}};
  const size_t bytes = (size_t)kept * 4;
  for (a.function = 0; a.function < FACET_REDUCE_COUNT; a.function++) {
    float *expected = slot(SLOT_EXPECTED, bytes, 0);
    for (int32_t i = 0; i < kept; i++) {
      double total = 0, size = 0, squares = 0, multiplied = 1;
      int32_t most = 0, least = 0, not_a_number = 0;
      for (int32_t j = 0; j < reduced; j++) {
#define ELEMENT(j) x[inner ? i * reduced + (j) : (j) * kept + i]
        const double v = ELEMENT(j);
        total += v;
        size += v < 0 ? -v : v;
        squares += v * v;
        multiplied *= v;
        not_a_number |= v != v;
        if (ELEMENT(j) > ELEMENT(most)) most = j;
        if (ELEMENT(j) < ELEMENT(least)) least = j;
      }
      const double largest = not_a_number ? __builtin_nan("") : ELEMENT(most), smallest = not_a_number ? __builtin_nan("") : ELEMENT(least);
      const double all[] = {total, total / reduced, largest, smallest, multiplied, size, 0, squares, most, least};
      expected[i] = (float)all[a.function];
    }
    FOR_KERNELS(k, FACET_REDUCE_F32, &a) {
      a.output = slot(SLOT_OUTPUT, bytes, 0);
      k->run.whole(&a);
      if (a.function != FACET_REDUCE_L2)
        compare_floats("reduce_f32", k, expected, a.output, (size_t)kept);
      else if (counts(k))
        checksum_add_floats(a.output, (size_t)kept);
    }
  }
}

static void test_matrix_product(void) {
  const int32_t rows = random_int(1, 5), inner = random_int(1, 12), columns = random_int(1, 70), batch = random_int(1, 3), shared = one_in(2);
  const reals kind = random_reals();
  const float *x = random_floats(SLOT_INPUT, (size_t)(batch * rows * inner), kind, 2.0f),
              *y = random_floats(SLOT_B, (size_t)(batch * inner * columns), kind, 2.0f);
  facet_matrix_product m = {.a = x,
                            .b = y,
                            .rows = rows,
                            .inner = inner,
                            .columns = columns,
                            .batch = {1, 1, batch, 1},
                            .a_strides = {0, 0, rows * inner, 0},
                            .b_strides = {0, 0, shared ? 0 : inner * columns, 0}};
  const size_t bytes = (size_t)(batch * rows * columns) * 4;
  float *expected = slot(SLOT_EXPECTED, bytes, 0);
  for (int32_t n = 0; n < batch; n++)
    for (int32_t i = 0; i < rows; i++)
      for (int32_t j = 0; j < columns; j++) {
        float total = 0;
        for (int32_t k = 0; k < inner; k++)
          total = sum(total, product(x[(n * rows + i) * inner + k], y[(shared ? 0 : n * inner * columns) + k * columns + j]));
        expected[(n * rows + i) * columns + j] = total;
      }
  int32_t cuts[4];
  random_cuts(batch * rows, cuts);
  FOR_KERNELS(k, FACET_MATRIX_PRODUCT_F32, &m) {
    m.output = slot(SLOT_OUTPUT, bytes, 0);
    for (int32_t i = 0; i < 3; i++) k->run.rows(&m, cuts[i], cuts[i + 1]);
    compare_floats("matrix_product_f32", k, expected, m.output, bytes / 4);
  }
}

static void test_resample(void) {
  facet_resample a = {.outer = random_int(1, 11),
                      .input_size = random_int(1, 8),
                      .output_size = random_int(1, 8),
                      .inner = random_int(1, one_in(3) ? 90 : 5),
                      .taps = random_int(1, 4)};
  const int32_t entries = a.output_size * a.taps;
  int32_t *indices = slot(SLOT_INITIAL, (size_t)entries * 4, 0);
  for (int32_t i = 0; i < entries; i++) indices[i] = random_int(0, a.input_size - 1);
  a.indices = indices;
  const float *weights = random_floats(SLOT_WEIGHTS, (size_t)entries, REALS_PLAIN, 1.0f);
  const float *input = random_floats(SLOT_INPUT, (size_t)(a.outer * a.input_size * a.inner), random_reals(), 5.0f);
  a.weights = weights;
  a.input = input;
  const size_t bytes = (size_t)(a.outer * a.output_size * a.inner) * 4;
  float *expected = slot(SLOT_EXPECTED, bytes, 0);
  for (int32_t o = 0; o < a.outer; o++)
    for (int32_t j = 0; j < a.output_size; j++)
      for (int32_t i = 0; i < a.inner; i++) {
        float total = product(weights[j * a.taps], input[(o * a.input_size + indices[j * a.taps]) * a.inner + i]);
        for (int32_t t = 1; t < a.taps; t++)
          total = sum(total, product(weights[j * a.taps + t], input[(o * a.input_size + indices[j * a.taps + t]) * a.inner + i]));
        expected[(o * a.output_size + j) * a.inner + i] = total;
      }
  FOR_KERNELS(k, FACET_RESAMPLE_F32, &a) {
    a.output = slot(SLOT_OUTPUT, bytes, 0);
    k->run.whole(&a);
    compare_floats("resample_f32", k, expected, a.output, bytes / 4);
  }
}

static void test_resample_s8(void) {
  facet_resample a = {.outer = random_int(1, 3),
                      .input_size = random_int(1, one_in(4) ? 90 : 8),
                      .output_size = random_int(1, one_in(4) ? 60 : 8),
                      .inner = random_int(1, one_in(4) ? 70 : 5),
                      .taps = random_int(1, 4),
                      .stored_unsigned = one_in(2)};
  const int32_t entries = a.output_size * a.taps, lowest = a.stored_unsigned ? 0 : -128;
  a.zero = random_zero() + (a.stored_unsigned ? 128 : 0);
  int32_t *indices = slot(SLOT_INITIAL, (size_t)entries * 4, 0), *weights = slot(SLOT_WEIGHTS, (size_t)entries * 4, 0);
  for (int32_t i = 0; i < entries; i++) indices[i] = random_int(0, a.input_size - 1), weights[i] = random_int(-500, 2048);
  a.indices = indices;
  a.weights = weights;
  const size_t in_bytes = (size_t)(a.outer * a.input_size * a.inner), bytes = (size_t)(a.outer * a.output_size * a.inner);
  uint8_t *input = slot(SLOT_INPUT, in_bytes, FACET_OVERREAD), *expected = slot(SLOT_EXPECTED, bytes, 0);
  random_bytes(input, in_bytes, 0);
  a.input = input;
  for (int32_t o = 0; o < a.outer; o++)
    for (int32_t j = 0; j < a.output_size; j++)
      for (int32_t i = 0; i < a.inner; i++) {
        int64_t acc = 0;
        for (int32_t t = 0; t < a.taps; t++) {
          const uint8_t byte = input[(o * a.input_size + indices[j * a.taps + t]) * a.inner + i];
          acc += (int64_t)weights[j * a.taps + t] * ((a.stored_unsigned ? byte : (int8_t)byte) - a.zero);
        }
        // to the nearest, ties to even, in integers
        int64_t whole = acc >> 11;
        const int64_t rest = acc & 2047;
        if (rest > 1024 || (rest == 1024 && (whole & 1))) whole++;
        whole += a.zero;
        expected[(o * a.output_size + j) * a.inner + i] = (uint8_t)(whole < lowest ? lowest : whole > lowest + 255 ? lowest + 255 : whole);
      }
  FOR_KERNELS(k, FACET_RESAMPLE_S8, &a) {
    a.output = slot(SLOT_OUTPUT, bytes, 0);
    k->run.whole(&a);
    compare("resample_s8", k, expected, a.output, bytes);
  }
}

/// Few distinct numbers, so that many are equal: the places are chosen one after the other.
static void test_top_k(void) {
  facet_top_k a = {.outer = random_int(1, 3), .size = random_int(1, 20), .inner = random_int(1, 4), .smallest = one_in(2)};
  a.count = random_int(1, a.size);
  float *x = slot(SLOT_INPUT, (size_t)(a.outer * a.size * a.inner) * 4, 0);
  for (int32_t i = 0; i < a.outer * a.size * a.inner; i++) x[i] = one_in(8) ? random_float(3.0f) : (float)random_int(-2, 2);
  a.input = x;
  const size_t bytes = (size_t)(a.outer * a.count * a.inner) * 4;
  for (a.indices = 0; a.indices < 2; a.indices++) {
    float *expected = slot(SLOT_EXPECTED, bytes, 0);
    for (int32_t lane = 0; lane < a.outer * a.inner; lane++) {
      const float *first = x + lane / a.inner * a.size * a.inner + lane % a.inner;
      int32_t taken[20] = {0};
      for (int32_t j = 0; j < a.count; j++) {
        int32_t best = -1;
        for (int32_t i = 0; i < a.size; i++) {
          if (taken[i]) continue;
          const float v = first[i * a.inner], w = best < 0 ? 0.0f : first[best * a.inner];
          if (best < 0 || (a.smallest ? v < w : v > w)) best = i;
        }
        taken[best] = 1;
        expected[(lane / a.inner * a.count + j) * a.inner + lane % a.inner] = a.indices ? (float)best : first[best * a.inner];
      }
    }
    FOR_KERNELS(k, FACET_TOP_K_F32, &a) {
      a.output = slot(SLOT_OUTPUT, bytes, 0);
      k->run.whole(&a);
      compare_floats("top_k_f32", k, expected, a.output, bytes / 4);
    }
  }
}

void test_general(void) {
  test_quantize();
  test_rearrange();
  test_transpose();
  test_reduce();
  test_matrix_product();
  test_resample();
  test_resample_s8();
  test_top_k();
}
