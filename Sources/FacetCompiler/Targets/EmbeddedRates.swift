// Made by Targets/embed from the files in Targets. Change those, then run it again.

extension KernelRates {
  /// The JSON text of the rates of each level's kernels.
  static let embedded: [String] = [
    #"""
    {
      "version": 1,
      "cpu": "aarch64",
      "level": "dotprod",
      "unit": "instructions",
      "source": "qemu-aarch64 7.2.22, cortex-a76",
      "kernels": {
        "average_pool_f32_neon": { "work": 0.573767, "call": 517.303 },
        "average_pool_s8_32_neon": { "work": 0.364383, "output": 0.800615, "call": 532.767 },
        "conv_f32_5x16_neon": { "work": 0.283897, "output": 2.39505, "byte": 0.0200506, "call": 823.936 },
        "conv_s8_5x16_dotprod": { "work": 0.0719458, "output": 2.39349, "byte": 0.0299088, "call": 992.207 },
        "depthwise_f32_7x8_neon": { "work": 0.629238, "output": 2.70115, "byte": 0.0784082, "call": 14701.3 },
        "depthwise_s8_2x16_neon": { "work": 0.151537, "byte": 0.803767, "call": 32321.2 },
        "depthwise_s8_2x2x16_dotprod": { "work": 0.259013, "output": 1.2025, "byte": 0.0942493, "call": 86108.2 },
        "hard_sigmoid_f32_neon": { "work": 3.375, "call": 229.0 },
        "hard_swish_f32_neon": { "work": 3.47122, "call": 375.012 },
        "max_pool_s8_64_neon": { "work": 0.358886 },
        "multiply_f32_neon": { "work": 3.52137 },
        "multiply_s8_16_neon": { "work": 2.86792 },
        "table_s8_16_neon": { "work": 1.05139, "call": 262.84 }
      }
    }
    """#,
    #"""
    {
      "version": 1,
      "cpu": "aarch64",
      "level": "i8mm",
      "unit": "instructions",
      "source": "qemu-aarch64 7.2.22, max,sve=off,sme=off",
      "kernels": {
        "average_pool_f32_neon": { "work": 0.573767, "call": 517.303 },
        "average_pool_s8_32_neon": { "work": 0.364383, "output": 0.800615, "call": 532.767 },
        "conv_f32_5x16_neon": { "work": 0.283819, "output": 2.38982, "byte": 0.0200903, "call": 821.215 },
        "conv_s8_5x16_dotprod": { "output": 5.27129, "byte": 0.10677, "call": 755.284 },
        "conv_s8_8x8_i8mm": { "work": 0.0379173, "output": 2.54351, "byte": 0.0875697, "call": 4305.78 },
        "depthwise_f32_7x8_neon": { "work": 0.629238, "output": 2.70115, "byte": 0.0784082, "call": 14701.3 },
        "depthwise_s8_2x16_neon": { "work": 0.151537, "byte": 0.803767, "call": 32321.2 },
        "depthwise_s8_2x2x16_dotprod": { "work": 0.259013, "output": 1.2025, "byte": 0.0942493, "call": 86108.2 },
        "hard_sigmoid_f32_neon": { "work": 3.375, "call": 229.0 },
        "hard_swish_f32_neon": { "work": 3.43616, "call": 229.027 },
        "max_pool_s8_64_neon": { "work": 0.358886 },
        "multiply_f32_neon": { "work": 3.52137 },
        "multiply_s8_16_neon": { "work": 2.86792 },
        "table_s8_16_neon": { "work": 1.05139, "call": 262.84 }
      }
    }
    """#,
    #"""
    {
      "version": 1,
      "cpu": "aarch64",
      "level": "neon",
      "unit": "instructions",
      "source": "qemu-aarch64 7.2.22, cortex-a53",
      "kernels": {
        "average_pool_f32_neon": { "work": 0.573767, "call": 517.303 },
        "average_pool_s8_32_neon": { "work": 0.364383, "output": 0.800615, "call": 532.767 },
        "conv_f32_5x16_neon": { "work": 0.283897, "output": 2.39505, "byte": 0.0200506, "call": 823.936 },
        "conv_s8_2x16_neon": { "work": 0.211407, "output": 3.39582, "byte": 0.0112816, "call": 889.768 },
        "conv_s8_winograd2_neon": { "output": 4.88179, "byte": 2.55064, "call": 2307.75 },
        "conv_s8_winograd4_neon": { "work": 0.0792583, "byte": 1.46987 },
        "depthwise_f32_7x8_neon": { "work": 0.629238, "output": 2.70115, "byte": 0.0784082, "call": 14701.3 },
        "depthwise_s8_2x16_neon": { "work": 0.412952, "output": 1.53535, "call": 43156.1 },
        "hard_sigmoid_f32_neon": { "work": 3.375, "call": 229.0 },
        "hard_swish_f32_neon": { "work": 3.47122, "call": 375.012 },
        "max_pool_s8_64_neon": { "work": 0.358886 },
        "multiply_f32_neon": { "work": 3.52137 },
        "multiply_s8_16_neon": { "work": 2.86792 },
        "table_s8_16_neon": { "work": 1.05139, "call": 262.84 }
      }
    }
    """#,
    #"""
    {
      "version": 1,
      "cpu": "armv7",
      "level": "neon",
      "unit": "instructions",
      "source": "qemu-arm 7.2.22, cortex-a7",
      "kernels": {
        "average_pool_f32_scalar": { "work": 6.31366, "output": 2.28954, "call": 1060.99 },
        "average_pool_s8_32_neon": { "work": 0.40259, "output": 3.4541, "call": 707.058 },
        "conv_f32_scalar": { "work": 9.26192, "output": 38.9222, "byte": 0.166892 },
        "conv_s8_2x8_neon": { "work": 0.230581, "output": 5.02753, "call": 1206.69 },
        "conv_s8_winograd2_neon": { "output": 8.27427, "byte": 2.6692, "call": 5636.77 },
        "conv_s8_winograd4_neon": { "work": 0.0803342, "byte": 1.70396 },
        "depthwise_f32_scalar": { "work": 10.9672, "output": 19.1388, "byte": 0.0283887 },
        "depthwise_s8_2x16_neon": { "work": 0.540948, "output": 1.28691, "call": 36890.1 },
        "hard_sigmoid_f32_scalar": { "work": 12.0, "call": 408.0 },
        "hard_swish_f32_scalar": { "work": 13.3436, "call": 1150.81 },
        "max_pool_s8_64_neon": { "work": 0.44439 },
        "multiply_f32_scalar": { "work": 19.0545 },
        "multiply_s8_16_neon": { "work": 3.15043 },
        "table_s8_scalar": { "work": 7.13846, "call": 396.068 }
      }
    }
    """#,
    #"""
    {
      "version": 1,
      "cpu": "riscv64",
      "level": "rvv",
      "unit": "instructions",
      "source": "qemu-riscv64 7.2.22, rv64,v=true,vext_spec=v1.0,vlen=256",
      "kernels": {
        "average_pool_f32_rvv": { "work": 0.122356, "call": 474.412 },
        "average_pool_s8_rvv": { "work": 0.175655, "call": 573.885 },
        "conv_f32_3x32_rvv": { "work": 0.0890252, "output": 2.79829, "byte": 0.0160034, "call": 846.203 },
        "conv_s8_3x32_rvv": { "work": 0.0853494, "output": 1.40423, "byte": 0.0933619, "call": 1108.83 },
        "conv_s8_winograd4_rvv": { "work": 0.0232401, "output": 0.911026, "byte": 0.525537, "call": 12696.7 },
        "depthwise_f32_2x32_rvv": { "work": 0.0681145, "output": 1.05116, "byte": 0.101655 },
        "depthwise_s8_2x32_rvv": { "work": 0.0985824, "output": 0.625245, "byte": 0.0759312 },
        "hard_sigmoid_f32_rvv": { "work": 0.203352, "call": 293.769 },
        "hard_swish_f32_rvv": { "work": 0.348118, "call": 278.019 },
        "max_pool_s8_rvv": { "work": 0.386136 },
        "multiply_f32_rvv": { "work": 0.449163 },
        "multiply_s8_rvv": { "work": 0.548073 },
        "table_s8_rvv": { "work": 0.0782638, "call": 327.621 }
      }
    }
    """#,
    #"""
    {
      "version": 1,
      "cpu": "riscv64",
      "level": "scalar",
      "unit": "instructions",
      "source": "qemu-riscv64 7.2.22, rv64",
      "kernels": {
        "average_pool_f32_scalar": { "work": 7.26999, "output": 1.57593, "call": 836.186 },
        "average_pool_s8_rv64": { "work": 1.32501, "output": 29.3201, "call": 446.665 },
        "conv_f32_scalar": { "work": 8.02997, "output": 63.5642 },
        "conv_s8_12x4_rv64": { "work": 0.924255, "output": 23.3114, "byte": 2.79241, "call": 1849.72 },
        "conv_s8_winograd2_rv64": { "byte": 15.3691, "call": 26134.5 },
        "conv_s8_winograd4_rv64": { "work": 0.430597, "byte": 9.24367 },
        "depthwise_f32_scalar": { "work": 9.26644, "output": 12.7266, "byte": 0.694262 },
        "depthwise_s8_rv64": { "work": 1.82818, "byte": 3.86251, "call": 282705.0 },
        "hard_sigmoid_f32_scalar": { "work": 15.9944, "call": 305.547 },
        "hard_swish_f32_scalar": { "work": 17.1019, "call": 444.451 },
        "max_pool_s8_rv64": { "work": 3.44102 },
        "multiply_f32_scalar": { "work": 26.8415 },
        "multiply_s8_rv64": { "work": 13.9672 },
        "table_s8_rv64": { "work": 5.08213, "call": 2342.67 }
      }
    }
    """#,
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
