// Made by Targets/embed from the files in Targets. Change those, then run it again.

extension KernelRates {
  /// The JSON text of the rates of each level's kernels.
  static let embedded: [String] = [
    #"""
    {
      "version": 1,
      "cpu": "x86_64",
      "level": "avx2",
      "unit": "ns",
      "source": "AMD EPYC, 2026-11-30",
      "kernels": {
        "average_pool_f32_avx2": { "work": 0.0446659, "call": 158.008 },
        "average_pool_s8_avx2": { "work": 0.0711715, "call": 141.075 },
        "conv_f32_6x16_avx2": { "work": 0.0182907, "byte": 0.0279073 },
        "conv_s8_4x16_avx2": { "work": 0.0144069, "output": 0.132281, "byte": 0.0456206 },
        "depthwise_f32_8x8_avx2": { "work": 0.0129979, "output": 0.137211, "byte": 0.0140974, "call": 860.728 },
        "depthwise_s8_16_avx2": { "work": 0.0270842, "output": 0.0998405, "byte": 0.0215297 },
        "hard_sigmoid_f32_avx2": { "work": 0.0653649, "call": 36.2405 },
        "hard_swish_f32_avx2": { "work": 0.0700132, "call": 62.1025 },
        "max_pool_f32_avx2": { "work": 0.102386 },
        "max_pool_s8_avx2": { "work": 0.0201087 },
        "multiply_f32_avx2": { "work": 0.147733 },
        "multiply_s8_32_avx2": { "work": 0.213023 },
        "table_s8_32_avx2": { "work": 0.153704, "call": 43.6897 }
      }
    }
    """#,
    #"""
    {
      "version": 1,
      "cpu": "x86_64",
      "level": "avx512vnni",
      "unit": "ns",
      "source": "AMD EPYC, 2026-11-30",
      "kernels": {
        "average_pool_f32_avx2": { "work": 0.0471707, "call": 74.6223 },
        "average_pool_s8_32_avx512bw": { "work": 0.017348, "call": 66.5371 },
        "conv_f32_8x32_avx512f": { "work": 0.0170822, "output": 0.0242102, "byte": 0.0156016 },
        "conv_u8s8_8x32_avx512vnni": { "work": 0.00421363, "output": 0.0716471, "byte": 0.00764922, "call": 119.115 },
        "depthwise_f32_8x16_avx512f": { "work": 0.0144321, "byte": 0.0148327 },
        "depthwise_u8s8_32_avx512vbmi": { "output": 0.431184, "call": 373.855 },
        "depthwise_u8s8_3x3_avx512vbmi": { "work": 0.00804566, "byte": 0.0250834, "call": 743.795 },
        "hard_sigmoid_f32_avx2": { "work": 0.0918151, "call": 30.3383 },
        "hard_swish_f32_avx512f": { "work": 0.062692, "call": 89.6765 },
        "max_pool_f32_avx2": { "work": 0.0597895 },
        "max_pool_s8_64_avx512bw": { "work": 0.0185846 },
        "multiply_f32_avx2": { "work": 0.147742 },
        "multiply_s8_64_avx512f": { "work": 0.117564 },
        "table_s8_64_avx512vbmi": { "work": 0.017937, "call": 36.1489 }
      }
    }
    """#,
  ]
}
