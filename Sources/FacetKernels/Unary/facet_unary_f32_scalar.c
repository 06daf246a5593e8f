#include "facet_exp_f32.h"
#include "facet_unary_body.h"

/// Copy, float32: between tensors of one shape and any strides.
void facet_copy_f32_scalar(const void *arguments, int32_t y0, int32_t y1) {
  const facet_unary m = facet_unary_merged(arguments, sizeof(float), sizeof(float)), *a = &m;
  for (int32_t y = y0; y < y1; y++)
    for (int32_t x = 0; x < a->width; x++) { // the output may be the input
      memmove(facet_at_mutable(a->output, y * a->output_row + x * a->output_pixel), facet_at(a->input, y * a->input_row + x * a->input_pixel),
              (size_t)a->channels * sizeof(float));
    }
}

/// min(max(x, alpha), beta), float32.
FACET_UNARY_F32(facet_clip_f32_scalar, facet_clamp(v, a->alpha, a->beta))

/// max(0, min(1, alpha * x + beta)), float32.
FACET_UNARY_F32(facet_hard_sigmoid_f32_scalar, facet_clamp(v * a->alpha + a->beta, 0.0f, 1.0f))

/// x * max(0, min(1, x * (1/6) + 0.5)), float32, 1/6 as its nearest binary32 (ONNX HardSwish, opset 14).
FACET_UNARY_F32(facet_hard_swish_f32_scalar, facet_clamp(v * 0x1.555556p-3f + 0.5f, 0.0f, 1.0f) * v)

/// 1 / (1 + e^-x) for x >= 0, otherwise e^x / (1 + e^x): no intermediate value overflows or is subnormal.
static float facet_sigmoid(float x) {
  if (x >= 0.0f) return 1.0f / (1.0f + facet_exp_f32(-x));
  const float e = facet_exp_f32(x);
  return e / (1.0f + e);
}

/// Logistic function, float32; the arithmetic stands in facet_exp_f32.h.
FACET_UNARY_F32(facet_sigmoid_f32_scalar, facet_sigmoid(v))
