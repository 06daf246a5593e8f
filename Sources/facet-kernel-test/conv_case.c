#include "conv_case.h"
#include <stdlib.h>

static int32_t round_up(int32_t v, int32_t to) { return (v + to - 1) / to * to; }

/// Many outputs, or many inputs: what kernels treat in parts, and more than some take.
static void large_shape(conv_case *k) {
  facet_conv *c = &k->c;
  c->groups = 1;
  c->out_height = random_int(1, 3);
  c->out_width = random_int(1, 4);
  c->group_outputs = one_in(2) ? random_int(200, 400) : random_int(1, 8);
  c->group_inputs = c->group_outputs > 8 ? random_int(1, 30) : random_int(500, k->element == 1 ? 3000 : 600);
  if (c->kernel_h * c->kernel_w > 9) c->kernel_h = c->kernel_w = 3;
}

/// Shapes: mostly small, all remainders of 4 inputs, 32 outputs and 8 pixels.
static void random_shape(conv_case *k) {
  facet_conv *c = &k->c;
  static const int32_t kernels[] = {1, 1, 2, 3, 3, 3, 4, 5};
  c->kernel_h = kernels[random_int(0, 7)];
  c->kernel_w = one_in(3) ? kernels[random_int(0, 7)] : c->kernel_h;
  c->stride_y = one_in(3) ? random_int(1, 3) : 1;
  c->stride_x = one_in(3) ? random_int(1, 3) : c->stride_y;
  c->dilation_y = one_in(5) ? random_int(1, 3) : 1;
  c->dilation_x = one_in(5) ? random_int(1, 3) : 1;
  c->out_height = random_int(1, 6);
  c->out_width = one_in(6) ? random_int(12, 40) : random_int(1, 11); // also rows of several tiles
  if (one_in(6)) { // fully connected
    c->kernel_h = c->kernel_w = c->out_height = c->out_width = c->stride_y = c->stride_x = c->dilation_y = c->dilation_x = 1;
  }
  c->groups = 1;
  if (k->depthwise) {
    c->groups = one_in(4) ? random_int(1, 200) : random_int(1, 70);
    c->group_inputs = c->group_outputs = 1;
  } else {
    if (one_in(5)) c->groups = random_int(2, 4);
    c->group_inputs = one_in(4) ? random_int(1, 70) : random_int(1, 20);
    c->group_outputs = one_in(4) ? random_int(1, 100) : random_int(1, 40);
    if (one_in(8)) c->group_outputs = 32 * random_int(1, 3);
    if (one_in(40)) large_shape(k);
  }
  const int32_t span_y = (c->out_height - 1) * c->stride_y + (c->kernel_h - 1) * c->dilation_y + 1;
  const int32_t span_x = (c->out_width - 1) * c->stride_x + (c->kernel_w - 1) * c->dilation_x + 1;
  k->pad_top = random_int(0, span_y - 1 < 3 ? span_y - 1 : 3);
  k->pad_left = random_int(0, span_x - 1 < 3 ? span_x - 1 : 3);
  k->pad_bottom = random_int(0, span_y - 1 - k->pad_top < 3 ? span_y - 1 - k->pad_top : 3);
  k->pad_right = random_int(0, span_x - 1 - k->pad_left < 3 ? span_x - 1 - k->pad_left : 3);
  k->in_height = span_y - k->pad_top - k->pad_bottom;
  k->in_width = span_x - k->pad_left - k->pad_right;
}

/// The input with its border, in the kernels' form, from the plain one.
static void store_input(conv_case *k) {
  facet_conv *c = &k->c;
  const int32_t channels = c->groups * c->group_inputs, e = k->element;
  const int32_t height = k->in_height + k->pad_top + k->pad_bottom, width = k->in_width + k->pad_left + k->pad_right;
  c->input_pixel = (channels + (one_in(3) ? random_int(1, 9) : 0)) * e;
  c->input_row = c->input_pixel * width + (one_in(3) ? random_int(1, 40) : 0) * e;
  const size_t size = (size_t)((height - 1) * c->input_row + (width - 1) * c->input_pixel + channels * e);
  uint8_t *input = slot(SLOT_INPUT, size, FACET_OVERREAD);
  for (size_t i = 0; i < size; i++) input[i] = (uint8_t)(0x3C + i % 3); // a float32 gap must not be NaN
  for (int32_t y = 0; y < height; y++)
    for (int32_t x = 0; x < width; x++)
      for (int32_t i = 0; i < channels; i++) {
        const int32_t iy = y - k->pad_top, ix = x - k->pad_left;
        const int32_t inside = iy >= 0 && iy < k->in_height && ix >= 0 && ix < k->in_width;
        const size_t from = ((size_t)iy * (size_t)k->in_width + (size_t)ix) * (size_t)channels + (size_t)i;
        uint8_t *to = input + y * c->input_row + x * c->input_pixel + i * e;
        if (e == 1) {
          const int32_t q = inside ? k->x_s8[from] : k->in_zero;
          *to = (uint8_t)(q + (c->stored_unsigned ? 128 : 0));
        } else {
          const float v = inside ? k->x_f32[from] : 0.0f;
          memcpy(to, &v, 4);
        }
      }
  c->input = input;
}

/// Where weight (g, o, ky, kx, i) stands in the packed layout, in elements.
static size_t packed_index(const conv_case *k, int32_t g, int32_t o, int32_t ky, int32_t kx, int32_t i) {
  const facet_conv *c = &k->c;
  if (k->depthwise) return (size_t)((ky * c->kernel_w + kx) * c->groups + g);
  const int32_t blocks = round_up(c->group_outputs, 32) / 32, length = c->row_segments ? c->kernel_w * c->group_inputs : c->group_inputs;
  const int32_t segments = c->row_segments ? c->kernel_h : c->kernel_h * c->kernel_w;
  const int32_t segment = c->row_segments ? ky : ky * c->kernel_w + kx, at = c->row_segments ? kx * c->group_inputs + i : i;
  const size_t block = (size_t)(g * blocks + o / 32);
  if (k->element == 4) return ((block * (size_t)segments + (size_t)segment) * (size_t)length + (size_t)at) * 32 + (size_t)(o % 32);
  const size_t steps = (size_t)round_up(length, 4) / 4;
  return ((block * (size_t)segments + (size_t)segment) * steps + (size_t)(at / 4)) * 128 + (size_t)(o % 32) * 4 + (size_t)(at % 4);
}

/// 128 |w| of an output's weights, and what the zero point adds to the start of its sum.
static int64_t largest_sum(const conv_case *k, int32_t output) {
  const int32_t taps = k->c.kernel_h * k->c.kernel_w * k->c.group_inputs;
  int64_t sum = 0;
  for (int32_t i = 0; i < taps; i++) sum += (128 + labs((long)k->in_zero)) * labs((long)k->w_s8[(ptrdiff_t)output * taps + i]);
  return sum;
}

/// Biases that bring the bound of each sum to 2^25 - 1, where it is below.
static void largest_bias(conv_case *k) {
  for (int32_t i = 0; i < k->c.groups * k->c.group_outputs; i++) {
    const int64_t left = (1 << 25) - 1 - largest_sum(k, i);
    if (left >= 0) k->bias_s8[i] = (int32_t)(i % 2 ? -left : left);
  }
}

/// Inputs, weights and biases whose sums are 2^25 - 1 in even output channels and the negative of it in odd ones, away from borders.
static void largest_everything(conv_case *k, size_t inputs) {
  const int32_t taps = k->c.kernel_h * k->c.kernel_w * k->c.group_inputs;
  k->in_zero = 0;
  memset(k->x_s8, -128, inputs);
  for (int32_t i = 0; i < k->c.groups * k->c.group_outputs; i++) memset(k->w_s8 + (ptrdiff_t)i * taps, i % 2 ? 127 : -127, (size_t)taps);
}

static void store_weights(conv_case *k) {
  facet_conv *c = &k->c;
  const int32_t blocks = round_up(c->group_outputs, 32) / 32, e = k->element;
  k->blocks = k->depthwise ? 0 : c->groups * blocks;
  const int32_t arrays = k->depthwise ? c->groups : k->blocks * 32;
  const int32_t length = c->row_segments ? c->kernel_w * c->group_inputs : c->group_inputs;
  const int32_t segments = c->row_segments ? c->kernel_h : c->kernel_h * c->kernel_w;
  const size_t elements = k->depthwise ? (size_t)(c->kernel_h * c->kernel_w * c->groups)
                                       : (size_t)arrays * (size_t)segments * (size_t)(e == 1 ? round_up(length, 4) : length);
  uint8_t *packed = slot(SLOT_WEIGHTS, elements * (size_t)e, 0);
  memset(packed, 0, elements * (size_t)e);
  int32_t *initial = slot(SLOT_INITIAL, (size_t)arrays * 4, 0);
  float *multiplier = slot(SLOT_MULTIPLIER, (size_t)arrays * 4, 0), *scores = slot(SLOT_SCORES_MULTIPLIER, (size_t)arrays * 4, 0);
  memset(initial, 0, (size_t)arrays * 4);
  memset(multiplier, 0, (size_t)arrays * 4);
  memset(scores, 0, (size_t)arrays * 4);
  const int32_t taps = c->kernel_h * c->kernel_w * c->group_inputs;
  const float typical = 1.0f / (float)(40 * (taps < 200 ? taps : 200)), scale = one_in(12) ? 1e9f : one_in(4) ? 4.0f : 1.0f;
  size_t from = 0;
  for (int32_t g = 0; g < c->groups; g++)
    for (int32_t o = 0; o < c->group_outputs; o++) {
      uint32_t total = 0;
      for (int32_t ky = 0; ky < c->kernel_h; ky++)
        for (int32_t kx = 0; kx < c->kernel_w; kx++)
          for (int32_t i = 0; i < c->group_inputs; i++, from++) {
            const size_t to = packed_index(k, g, o, ky, kx, i);
            if (e == 1) {
              packed[to] = (uint8_t)k->w_s8[from];
              total += (uint32_t)(int32_t)k->w_s8[from];
            } else {
              memcpy(packed + 4 * to, &k->w_f32[from], 4);
            }
          }
      const int32_t a = k->depthwise ? g : (g * blocks + o / 32) * 32 + o % 32, output = g * c->group_outputs + o;
      const int32_t z = k->in_zero + (c->stored_unsigned ? 128 : 0);
      if (e == 1)
        initial[a] = (int32_t)((uint32_t)k->bias_s8[output] - (uint32_t)z * total);
      else
        memcpy(&initial[a], &k->bias_f32[output], 4);
      multiplier[a] = typical * scale * (float)random_int(1, 1000) * 0x1p-9f;
      scores[a] = typical * (float)random_int(1, 1000);
    }
  c->proofs = e == 1 ? FACET_PROOF_25 | FACET_PROOF_29 : 0;
  for (int32_t output = 0; e == 1 && output < c->groups * c->group_outputs; output++) {
    const int64_t bound = llabs((int64_t)k->bias_s8[output]) + largest_sum(k, output);
    if (bound >= 1 << 25) c->proofs &= ~(uint32_t)FACET_PROOF_25;
    if (bound >= 1 << 29) c->proofs &= ~(uint32_t)FACET_PROOF_29;
  }
  c->weights = packed;
  c->initial = initial;
  c->bias = (const float *)(const void *)initial;
  c->multiplier = multiplier;
  c->scores_multiplier = scores;
}

static void output_strides(const conv_case *k, int32_t e, int32_t gaps, ptrdiff_t *row, ptrdiff_t *pixel, size_t *bytes) {
  const facet_conv *c = &k->c;
  const int32_t channels = c->groups * c->group_outputs;
  *pixel = (channels + (gaps ? random_int(0, 9) : 0)) * e;
  *row = *pixel * c->out_width + (gaps ? random_int(0, 30) : 0) * e;
  *bytes = (size_t)((c->out_height - 1) * *row + (c->out_width - 1) * *pixel + channels * e);
}

/// A function of the results, in a third of the cases.
static void random_result_function(conv_case *k) {
  facet_conv *c = &k->c;
  const int32_t arrays = k->depthwise ? c->groups : k->blocks * 32;
  c->function = one_in(3) ? random_int(FACET_RESULT_SLOPES, FACET_RESULT_COUNT - 1) : FACET_RESULT_PLAIN;
  float *slopes = slot(SLOT_SLOPES, (size_t)arrays * 4, 0);
  for (int32_t i = 0; i < arrays; i++) slopes[i] = one_in(8) ? 0.0f : random_float(one_in(8) ? 100.0f : 1.0f);
  int16_t *pieces = slot(SLOT_PIECES, 2 * 2 * FACET_PIECES, 0);
  // A wave, noise that wraps, or a line.
  const int32_t kind = random_int(0, 2);
  for (int32_t i = 0; i < FACET_PIECES; i++) {
    const int32_t place = (i + 32) % FACET_PIECES;
    pieces[i] = (int16_t)(kind == 1 ? random_int(-32768, 32767) : kind == 2 ? (place - 32) * 512 : place * (63 - place) * 32 - 16000);
    pieces[FACET_PIECES + i] = (int16_t)(kind == 1 ? random_int(-32768, 32767) : kind == 2 ? 512 : (62 - 2 * place) * 32);
  }
  c->slopes = slopes, c->pieces = pieces;
  c->alpha = random_float(0.25f), c->beta = one_in(2) ? 0.5f : random_float(1.0f);
  c->offset = one_in(4) ? (one_in(2) ? -32768 : 32767) : random_int(-32768, 32767);
  // Sums in units of int8's steps are some hundreds, and pieces have 65,536.
  for (int32_t i = 0; c->function == FACET_RESULT_PIECES && i < arrays; i++) ((float *)(uintptr_t)c->multiplier)[i] *= 200.0f;
  if (c->function == FACET_RESULT_PIECES) c->residual_multiplier *= 200.0f;
}

/// The rest of a case whose shape and way of storing are known; `edge`: 1 biases, 2 all sums as large as Winograd's tiles of 4x4 outputs allow.
static conv_case with_tensors(conv_case k, int32_t edge) {
  facet_conv *c = &k.c;
  const int32_t element = k.element, depthwise = k.depthwise;
  const int32_t shift = c->stored_unsigned ? 128 : 0;
  k.in_zero = random_zero();
  k.zero = random_zero();
  k.residual_zero = random_zero();
  k.low = one_in(2) ? -128 : random_int(-128, 127);
  k.high = one_in(2) ? 127 : random_int(k.low, 127);
  c->zero = k.zero + shift;
  c->low = k.low + shift;
  c->high = k.high + shift;
  c->residual_zero = k.residual_zero + shift;
  c->residual_multiplier = (float)random_int(1, 1000) * 0x1p-9f;
  c->scores_residual_multiplier = (float)random_int(1, 1000) * 0x1p-7f;
  c->low_f = one_in(2) ? -__builtin_inff() : 0.0f;
  c->high_f = one_in(2) ? __builtin_inff() : 6.0f;

  const size_t inputs = (size_t)(k.in_height * k.in_width * c->groups * c->group_inputs);
  const size_t weights = (size_t)(c->groups * c->group_outputs * c->kernel_h * c->kernel_w * c->group_inputs);
  const int32_t outputs = c->groups * c->group_outputs;
  void *x = slot(SLOT_CANONICAL, inputs * (size_t)element, 0);
  uint8_t *w = slot(SLOT_CANONICAL_WEIGHTS, weights * (size_t)element + (size_t)outputs * 4 + 4, 0);
  uint8_t *bias = w + (weights * (size_t)element + 3) / 4 * 4;
  w -= (uintptr_t)w % 4;
  bias -= (uintptr_t)bias % 4;
  k.x_s8 = x, k.x_f32 = x, k.w_s8 = (int8_t *)w, k.w_f32 = (float *)(void *)w, k.bias_s8 = (int32_t *)(void *)bias,
  k.bias_f32 = (float *)(void *)bias;
  if (element == 1) {
    random_bytes(x, inputs, 0);
    random_bytes(w, weights, 1);
  } else {
    k.kind = random_reals();
    for (size_t i = 0; i < inputs; i++) k.x_f32[i] = random_real(k.kind, 1.0f);
    for (size_t i = 0; i < weights; i++) k.w_f32[i] = random_real(k.kind, 1.0f);
  }
  for (int32_t i = 0; i < outputs; i++)
    if (element == 1)
      k.bias_s8[i] = one_in(20) ? random_int(-(1 << 30), 1 << 30) : random_int(-5000, 5000);
    else
      k.bias_f32[i] = random_real(k.kind == REALS_SPECIAL ? REALS_PLAIN : k.kind, 2.0f);
  if (edge == 2) largest_everything(&k, inputs);
  if (edge) largest_bias(&k);

  store_input(&k);
  c->row_segments = !depthwise && c->dilation_x == 1 && c->groups == 1 && c->input_pixel == c->group_inputs * element && one_in(2);
  store_weights(&k);
  for (int32_t i = 0; edge == 2 && i < k.blocks * 32; i++) ((float *)(uintptr_t)c->multiplier)[i] *= 0x1p-7f; // so that results differ
  if (element == 1) random_result_function(&k);
  output_strides(&k, element, one_in(2), &c->output_row, &c->output_pixel, &k.output_bytes);
  output_strides(&k, 4, one_in(2), &c->scores_row, &c->scores_pixel, &k.scores_bytes);
  if (one_in(3)) {
    k.in_place = one_in(3);
    c->residual_row = c->output_row, c->residual_pixel = c->output_pixel, k.residual_bytes = k.output_bytes;
    if (!k.in_place) {
      output_strides(&k, element, one_in(2), &c->residual_row, &c->residual_pixel, &k.residual_bytes);
      uint8_t *residual = slot(SLOT_RESIDUAL, k.residual_bytes, 0);
      if (element == 1)
        random_bytes(residual, k.residual_bytes, 0);
      else
        for (size_t i = 0; i < k.residual_bytes / 4; i++) ((float *)(void *)residual)[i] = random_real(k.kind, 3.0f);
      c->residual = residual;
    }
  }
  return k;
}

conv_case random_conv(int32_t element, int32_t depthwise) {
  conv_case k = {.depthwise = depthwise, .element = element};
  random_shape(&k);
  k.c.stored_unsigned = element == 1 && one_in(2);
  return with_tensors(k, 0);
}

conv_case random_conv_3x3(void) {
  conv_case k = {.element = 1};
  facet_conv *c = &k.c;
  static const int32_t sides[][2] = {{7, 7}, {14, 14}, {5, 9}, {4, 4}, {8, 8}, {4, 7}, {6, 6}, {15, 13}, {2, 70}, {11, 30}};
  const int32_t i = random_int(0, 13);
  c->out_height = i < 10 ? sides[i][0] : random_int(3, 17);
  c->out_width = i < 10 ? sides[i][1] : random_int(3, 17);
  c->kernel_h = c->kernel_w = 3;
  c->stride_y = c->stride_x = c->dilation_y = c->dilation_x = 1;
  c->groups = one_in(8) ? 2 : 1;
  // All sizes, but not all large at once.
  const int32_t few = c->out_height * c->out_width > 64, size = one_in(4) ? random_int(16, few ? 48 : 136) : 8 * random_int(2, few ? 6 : 17);
  c->group_inputs = size;
  c->group_outputs = one_in(3) ? random_int(8, 40) : 8 * random_int(1, size > 64 ? 4 : 9);
  k.pad_top = random_int(0, 1), k.pad_left = random_int(0, 1), k.pad_bottom = random_int(0, 1), k.pad_right = random_int(0, 1);
  k.in_height = c->out_height + 2 - k.pad_top - k.pad_bottom;
  k.in_width = c->out_width + 2 - k.pad_left - k.pad_right;
  c->stored_unsigned = one_in(5);
  return with_tensors(k, random_int(0, 2));
}

int64_t defined_sum_s8(const conv_case *k, int32_t g, int32_t o, int32_t y, int32_t x) {
  const facet_conv *c = &k->c;
  int64_t total = k->bias_s8[g * c->group_outputs + o];
  for (int32_t i = 0; i < c->group_inputs; i++)
    for (int32_t ky = 0; ky < c->kernel_h; ky++)
      for (int32_t kx = 0; kx < c->kernel_w; kx++) {
        const int32_t iy = y * c->stride_y + ky * c->dilation_y - k->pad_top, ix = x * c->stride_x + kx * c->dilation_x - k->pad_left;
        if (iy < 0 || iy >= k->in_height || ix < 0 || ix >= k->in_width) continue; // zero padding adds nothing
        const int32_t q = k->x_s8[(iy * k->in_width + ix) * (c->groups * c->group_inputs) + g * c->group_inputs + i];
        const int32_t w = k->w_s8[(((g * c->group_outputs + o) * c->kernel_h + ky) * c->kernel_w + kx) * c->group_inputs + i];
        total += (int64_t)(q - k->in_zero) * w;
      }
  return total;
}
