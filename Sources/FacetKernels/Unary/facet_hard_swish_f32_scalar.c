#include "facet_unary_body.h"

/// x * max(0, min(1, x * (1/6) + 0.5)), float32, 1/6 as its nearest binary32 (ONNX HardSwish, opset 14).
FACET_UNARY_F32(facet_hard_swish_f32_scalar, v *facet_clamp(v * 0x1.555556p-3f + 0.5f, 0.0f, 1.0f))
