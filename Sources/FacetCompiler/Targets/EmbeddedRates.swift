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
        "average_pool_f32_neon": { "work": 0.601924, "call": 480.882 },
        "average_pool_s8_32_neon": { "work": 0.368188, "output": 0.808974, "call": 538.33 },
        "conv_f32_5x16_neon": { "work": 0.28209, "output": 2.57678, "byte": 0.0222788, "call": 793.822 },
        "conv_s8_5x16_dotprod": { "work": 0.0721605, "output": 2.40063, "byte": 0.029998, "call": 995.168 },
        "depthwise_f32_7x8_neon": { "work": 0.683947, "output": 1.44469, "byte": 0.106596, "call": 3529.13 },
        "depthwise_s8_2x16_neon": { "work": 0.151802, "byte": 0.805174, "call": 32377.8 },
        "depthwise_s8_2x2x16_dotprod": { "work": 0.261153, "output": 1.21244, "byte": 0.0950278, "call": 86819.5 },
        "hard_sigmoid_f32_neon": { "work": 3.375, "call": 229.0 },
        "hard_swish_f32_neon": { "work": 3.47482, "call": 375.401 },
        "max_pool_s8_64_neon": { "work": 0.358886 },
        "multiply_f32_neon": { "work": 3.62821 },
        "multiply_s8_16_neon": { "work": 2.92977 },
        "table_s8_16_neon": { "work": 1.05283, "call": 263.198 }
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
        "average_pool_f32_neon": { "work": 0.601924, "call": 480.882 },
        "average_pool_s8_32_neon": { "work": 0.368188, "output": 0.808974, "call": 538.33 },
        "conv_f32_5x16_neon": { "work": 0.281843, "output": 2.56462, "byte": 0.0223817, "call": 794.116 },
        "conv_s8_5x16_dotprod": { "output": 5.28178, "byte": 0.106983, "call": 756.788 },
        "conv_s8_8x8_i8mm": { "work": 0.038059, "output": 2.55302, "byte": 0.087897, "call": 4321.87 },
        "depthwise_f32_7x8_neon": { "work": 0.683947, "output": 1.44469, "byte": 0.106596, "call": 3529.13 },
        "depthwise_s8_2x16_neon": { "work": 0.151802, "byte": 0.805174, "call": 32377.8 },
        "depthwise_s8_2x2x16_dotprod": { "work": 0.261153, "output": 1.21244, "byte": 0.0950278, "call": 86819.5 },
        "hard_sigmoid_f32_neon": { "work": 3.375, "call": 229.0 },
        "hard_swish_f32_neon": { "work": 3.43694, "call": 229.079 },
        "max_pool_s8_64_neon": { "work": 0.358886 },
        "multiply_f32_neon": { "work": 3.62821 },
        "multiply_s8_16_neon": { "work": 2.92977 },
        "table_s8_16_neon": { "work": 1.05283, "call": 263.198 }
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
        "average_pool_f32_neon": { "work": 0.601924, "call": 480.882 },
        "average_pool_s8_32_neon": { "work": 0.368188, "output": 0.808974, "call": 538.33 },
        "conv_f32_5x16_neon": { "work": 0.28209, "output": 2.57678, "byte": 0.0222788, "call": 793.822 },
        "conv_s8_2x16_neon": { "work": 0.213259, "output": 3.42557, "byte": 0.0113804, "call": 897.563 },
        "conv_s8_winograd2_neon": { "output": 4.8818, "byte": 2.55065, "call": 2307.76 },
        "conv_s8_winograd4_neon": { "work": 0.0796779, "byte": 1.47765 },
        "depthwise_f32_7x8_neon": { "work": 0.683947, "output": 1.44469, "byte": 0.106596, "call": 3529.13 },
        "depthwise_s8_2x16_neon": { "work": 0.413488, "output": 1.53734, "call": 43212.1 },
        "hard_sigmoid_f32_neon": { "work": 3.375, "call": 229.0 },
        "hard_swish_f32_neon": { "work": 3.47482, "call": 375.401 },
        "max_pool_s8_64_neon": { "work": 0.358886 },
        "multiply_f32_neon": { "work": 3.62821 },
        "multiply_s8_16_neon": { "work": 2.92977 },
        "table_s8_16_neon": { "work": 1.05283, "call": 263.198 }
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
        "average_pool_f32_scalar": { "work": 6.33357, "call": 1048.92 },
        "average_pool_s8_32_neon": { "work": 0.402943, "output": 3.30392, "call": 714.4 },
        "conv_f32_2x8_neon": { "work": 1.31162, "output": 36.9353, "byte": 0.350062 },
        "conv_s8_2x8_neon": { "work": 0.223823, "output": 4.08678, "byte": 0.0479889, "call": 1349.69 },
        "conv_s8_winograd2_neon": { "output": 8.27432, "byte": 2.66921, "call": 5636.81 },
        "conv_s8_winograd4_neon": { "work": 0.080758, "byte": 1.71295 },
        "depthwise_f32_8_neon": { "work": 2.77007, "output": 16.4205, "byte": 0.552027 },
        "depthwise_s8_2x16_neon": { "work": 0.312379, "output": 2.55869, "call": 41018.1 },
        "hard_sigmoid_f32_scalar": { "work": 12.0, "call": 408.0 },
        "hard_swish_f32_scalar": { "work": 13.3603, "call": 1152.25 },
        "max_pool_s8_64_neon": { "work": 0.44439 },
        "multiply_f32_scalar": { "work": 19.3874 },
        "multiply_s8_16_neon": { "work": 2.93515 },
        "table_s8_64_armv7": { "work": 2.09176, "call": 650.759 }
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
        "average_pool_f32_rvv": { "work": 0.143895, "call": 557.924 },
        "average_pool_s8_rvv": { "work": 0.197522, "call": 645.326 },
        "conv_f32_3x32_rvv": { "work": 0.0978994, "output": 3.07723, "byte": 0.0175987, "call": 930.554 },
        "conv_s8_3x32_rvv": { "work": 0.0868865, "output": 1.42952, "byte": 0.0950433, "call": 1128.8 },
        "conv_s8_winograd4_rvv": { "work": 0.0234508, "output": 0.919285, "byte": 0.530302, "call": 12811.8 },
        "depthwise_f32_2x32_rvv": { "work": 0.071942, "output": 1.11022, "byte": 0.107367 },
        "depthwise_s8_2x32_rvv": { "work": 0.105445, "output": 0.66877, "byte": 0.081217 },
        "hard_sigmoid_f32_rvv": { "work": 0.203364, "call": 293.786 },
        "hard_swish_f32_rvv": { "work": 0.445822, "call": 356.049 },
        "max_pool_s8_rvv": { "work": 0.386136 },
        "multiply_f32_rvv": { "work": 0.658479 },
        "multiply_s8_rvv": { "work": 0.784838 },
        "table_s8_rvv": { "work": 0.112255, "call": 469.911 }
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
        "average_pool_f32_scalar": { "work": 7.2715, "output": 1.57626, "call": 836.36 },
        "average_pool_s8_rv64": { "work": 1.32503, "output": 29.3206, "call": 446.673 },
        "conv_f32_scalar": { "work": 8.40029, "output": 66.4956 },
        "conv_s8_12x4_rv64": { "work": 0.929243, "output": 23.4372, "byte": 2.80748, "call": 1859.7 },
        "conv_s8_winograd2_rv64": { "byte": 15.3692, "call": 26134.6 },
        "conv_s8_winograd4_rv64": { "work": 0.432795, "byte": 9.29084 },
        "depthwise_f32_scalar": { "work": 9.28349, "output": 12.75, "byte": 0.695539 },
        "depthwise_s8_rv64": { "work": 1.8409, "byte": 3.8894, "call": 284673.0 },
        "hard_sigmoid_f32_scalar": { "work": 15.9944, "call": 305.547 },
        "hard_swish_f32_scalar": { "work": 17.1055, "call": 444.546 },
        "max_pool_s8_rv64": { "work": 3.44102 },
        "multiply_f32_scalar": { "work": 27.3858 },
        "multiply_s8_rv64": { "work": 13.9733 },
        "table_s8_rv64": { "work": 5.08334, "call": 2343.23 }
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
        "average_pool_f32_avx2": { "work": 0.051693, "call": 170.918 },
        "average_pool_s8_avx2": { "work": 0.0799728, "call": 163.834 },
        "conv_f32_6x16_avx2": { "work": 0.0184227, "byte": 0.0288013 },
        "conv_s8_4x16_avx2": { "work": 0.0146331, "output": 0.147195, "byte": 0.0319829 },
        "depthwise_f32_8x8_avx2": { "work": 0.0132762, "output": 0.12802, "byte": 0.0152839, "call": 648.656 },
        "depthwise_s8_16_avx2": { "work": 0.026542, "output": 0.103115, "byte": 0.0223735 },
        "hard_sigmoid_f32_avx2": { "work": 0.0591175, "call": 38.2518 },
        "hard_swish_f32_avx2": { "work": 0.0727333, "call": 69.9559 },
        "max_pool_f32_avx2": { "work": 0.101394 },
        "max_pool_s8_avx2": { "work": 0.0196431 },
        "multiply_f32_avx2": { "work": 0.10482 },
        "multiply_s8_32_avx2": { "work": 0.293311 },
        "table_s8_32_avx2": { "work": 0.153792, "call": 44.6054 }
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
        "average_pool_f32_avx2": { "work": 0.0510308, "call": 155.267 },
        "average_pool_s8_32_avx512bw": { "byte": 0.0184045, "call": 67.2015 },
        "conv_f32_8x32_avx512f": { "work": 0.0170347, "output": 0.0160012, "byte": 0.0166422 },
        "conv_u8s8_8x32_avx512vnni": { "work": 0.00422893, "output": 0.071372, "byte": 0.00838473, "call": 117.659 },
        "depthwise_f32_8x16_avx512f": { "work": 0.0148673, "byte": 0.01178, "call": 1280.75 },
        "depthwise_u8s8_32_avx512vbmi": { "output": 0.43121, "call": 391.811 },
        "depthwise_u8s8_3x3_avx512vbmi": { "work": 0.00499759, "output": 0.0275835, "byte": 0.0250758, "call": 1036.65 },
        "hard_sigmoid_f32_avx2": { "work": 0.0884892, "call": 31.8699 },
        "hard_swish_f32_avx512f": { "work": 0.0657722, "call": 93.8992 },
        "max_pool_f32_avx2": { "output": 0.601876 },
        "max_pool_s8_64_avx512bw": { "work": 0.0193159 },
        "multiply_f32_avx2": { "work": 0.1051 },
        "multiply_s8_64_avx512f": { "work": 0.126969 },
        "table_s8_64_avx512vbmi": { "work": 0.0186605, "call": 37.2812 }
      }
    }
    """#,
  ]
}
