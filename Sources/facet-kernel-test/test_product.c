#include "support.h"
#include <math.h>

/// Products of matrices through strides against the definition, element by element.
typedef struct {
  facet_product p;
  int32_t quantized;
  size_t output_bytes;
} product_case;

/// Strides of axes of the sizes for elements that lie in some order, with gaps or, where `dense`, without; an operand may repeat batches.
static ptrdiff_t random_strides(const int32_t *sizes, ptrdiff_t *const *strides, int32_t dense) {
  int32_t order[5] = {0, 1, 2, 3, 4};
  for (int32_t i = 4; i > 0; i--) {
    const int32_t j = random_int(0, i), other = order[i];
    order[i] = order[j], order[j] = other;
  }
  // Often the matrix is innermost: what kernels are made for.
  for (int32_t i = 0, kept = 0; i < 5 && !dense && one_in(2); i++)
    if (order[i] >= 3) {
      const int32_t other = order[kept];
      order[kept++] = order[i], order[i] = other;
    }
  ptrdiff_t count = 1;
  for (int32_t i = 0; i < 5; i++) {
    const int32_t axis = order[i];
    *strides[axis] = !dense && axis < 3 && one_in(4) ? 0 : count;
    if (*strides[axis]) count *= sizes[axis];
    if (!dense && one_in(4)) count += random_int(0, 3);
  }
  ptrdiff_t last = 0;
  for (int32_t i = 0; i < 5; i++) last += (sizes[i] - 1) * *strides[i];
  return last + 1;
}

static int32_t random_size(int32_t most) { return one_in(4) ? random_int(1, 4) : random_int(1, most); }

static product_case random_product(int32_t quantized) {
  product_case k = {.quantized = quantized};
  facet_product *p = &k.p;
  p->rows = random_size(one_in(6) ? 60 : 20);
  p->columns = random_size(70);
  p->inner = random_size(one_in(4) ? 150 : 40);
  if (one_in(6)) {
    p->inner = random_int(200, one_in(4) ? 2100 : 1200);
    p->columns = random_int(1, 40);
  }
  for (int32_t i = 0; i < 3; i++) p->batch[i] = p->inner > 150 || one_in(2) ? 1 : random_int(1, 3);
  p->stored_unsigned = quantized && one_in(2);
  p->float_output = !quantized || one_in(3);
  const int32_t shift = p->stored_unsigned ? 128 : 0;
  p->a_zero = random_zero() + shift;
  p->b_zero = random_zero() + shift;
  p->zero = random_zero() + shift;
  p->low = (one_in(2) ? -128 : random_int(-128, 127)) + shift;
  p->high = one_in(2) ? 127 + shift : random_int(p->low, 127 + shift);
  p->multiplier = one_in(8) ? 1.0f : (float)random_int(1, 1000) * (one_in(4) ? 0x1p-10f : 0x1p-21f);
  if (!quantized && one_in(4)) p->multiplier = one_in(2) ? 0x1p-120f : 0x1p63f;
  p->low_f = one_in(2) ? -(float)INFINITY : -0.5f;
  p->high_f = one_in(2) ? (float)INFINITY : 0.75f;

  const int32_t a_sizes[5] = {p->batch[0], p->batch[1], p->batch[2], p->rows, p->inner};
  const int32_t b_sizes[5] = {p->batch[0], p->batch[1], p->batch[2], p->inner, p->columns};
  const int32_t output_sizes[5] = {p->batch[0], p->batch[1], p->batch[2], p->rows, p->columns};
  ptrdiff_t *a_strides[5] = {&p->a_batch[0], &p->a_batch[1], &p->a_batch[2], &p->a_row, &p->a_inner};
  ptrdiff_t *b_strides[5] = {&p->b_batch[0], &p->b_batch[1], &p->b_batch[2], &p->b_inner, &p->b_column};
  ptrdiff_t *output_strides[5] = {&p->output_batch[0], &p->output_batch[1], &p->output_batch[2], &p->output_row, &p->output_column};
  const size_t a_count = (size_t)random_strides(a_sizes, a_strides, 0), b_count = (size_t)random_strides(b_sizes, b_strides, 0);
  k.output_bytes = (size_t)random_strides(output_sizes, output_strides, 1) * (p->float_output ? 4 : 1);
  const size_t size = quantized ? 1 : 4;
  void *a = slot(SLOT_INPUT, a_count * size, FACET_OVERREAD), *b = slot(SLOT_B, b_count * size, FACET_OVERREAD);
  if (quantized) {
    random_bytes(a, a_count, 0);
    random_bytes(b, b_count, 0);
  } else {
    const reals kind = random_reals();
    for (size_t i = 0; i < a_count; i++) ((float *)a)[i] = random_real(kind, 10.0f);
    for (size_t i = 0; i < b_count; i++) ((float *)b)[i] = random_real(kind, 10.0f);
  }
  p->a = a, p->b = b;
  return k;
}

static int32_t quantized_element(const facet_product *p, const void *base, ptrdiff_t at) {
  return p->stored_unsigned ? ((const uint8_t *)base)[at] : ((const int8_t *)base)[at];
}

/// The result before it is clamped.
static float element(const product_case *k, ptrdiff_t a, ptrdiff_t b) {
  const facet_product *p = &k->p;
  int64_t whole = 0;
  float acc = 0;
  for (int32_t i = 0; i < p->inner; i++, a += p->a_inner, b += p->b_inner) {
    if (k->quantized)
      whole += (int64_t)(quantized_element(p, p->a, a) - p->a_zero) * (quantized_element(p, p->b, b) - p->b_zero);
    else
      acc = fmaf(((const float *)p->a)[a], ((const float *)p->b)[b], acc);
  }
  return product(k->quantized ? (float)whole : acc, p->multiplier);
}

void test_product(int32_t quantized) {
  const char *name = quantized ? "product_s8" : "product_f32";
  product_case k = random_product(quantized);
  const facet_product *p = &k.p;
  uint8_t *expected = slot(SLOT_EXPECTED, k.output_bytes, 0);
  memset(expected, 0x44, k.output_bytes);
  const int32_t batches = p->batch[0] * p->batch[1] * p->batch[2];
  for (int32_t row = 0; row < batches * p->rows; row++) {
    const int32_t r = row % p->rows, n = row / p->rows, i2 = n % p->batch[2], i1 = n / p->batch[2] % p->batch[1], i0 = n / p->batch[2] / p->batch[1];
    for (int32_t c = 0; c < p->columns; c++) {
      const ptrdiff_t a = i0 * p->a_batch[0] + i1 * p->a_batch[1] + i2 * p->a_batch[2] + r * p->a_row;
      const ptrdiff_t b = i0 * p->b_batch[0] + i1 * p->b_batch[1] + i2 * p->b_batch[2] + c * p->b_column;
      const ptrdiff_t to = i0 * p->output_batch[0] + i1 * p->output_batch[1] + i2 * p->output_batch[2] + r * p->output_row + c * p->output_column;
      float v = element(&k, a, b);
      if (p->float_output) {
        v = v < p->low_f ? p->low_f : v > p->high_f ? p->high_f : v;
        memcpy(expected + 4 * to, &v, 4);
      } else {
        expected[to] = (uint8_t)defined_requantize(v, p->zero, p->low, p->high);
      }
    }
  }
  int32_t cuts[4];
  random_cuts(batches * p->rows, cuts);
  FOR_KERNELS(t, quantized ? FACET_PRODUCT_S8 : FACET_PRODUCT_F32, p) {
    facet_product a = *p;
    a.output = slot(SLOT_OUTPUT, k.output_bytes, 0);
    memset(a.output, 0x44, k.output_bytes);
    for (int32_t i = 0; i < 3; i++) t->run.rows(&a, cuts[i], cuts[i + 1]);
    check(p->float_output ? same_floats(name, t->name, (const float *)(void *)expected, a.output, k.output_bytes / 4)
                          : same_bytes(name, t->name, expected, a.output, k.output_bytes),
          name, t->name);
    if (!counts(t)) continue;
    if (p->float_output)
      checksum_add_floats(a.output, k.output_bytes / 4);
    else
      checksum_add(a.output, k.output_bytes);
  }
}
