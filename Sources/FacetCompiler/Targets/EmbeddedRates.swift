// Made by Targets/embed from the files in Targets. Change those, then run it again.

extension KernelRates {
  /// The JSON text of the rates of each level's kernels.
  static let embedded: [String] = [
    #"""
    {
      "version": 2,
      "cpu": "aarch64",
      "level": "dotprod",
      "unit": "instructions",
      "source": "qemu-aarch64 7.2.22, cortex-a76",
      "kernels": {
        "average_pool_f32_neon": { "work": 0.588256, "call": 532.506 },
        "average_pool_s8_32_neon": { "work": 0.368188, "output": 0.808974, "call": 538.33 },
        "conv_f32_5x16_neon": { "work": 0.285697, "output": 2.53453, "weight": 0.0190339, "call": 828.599 },
        "conv_s8_5x16_dotprod": { "work": 0.0721408, "output": 2.37789, "byte": 0.046438, "weight": 0.0297631, "call": 989.242 },
        "depthwise_f32_7x8_neon": { "work": 0.619966, "output": 2.77193, "byte": 0.0844469, "weight": 0.72171 },
        "depthwise_s8_2x16_neon": { "work": 0.574661, "output": 0.336439, "weight": 10.8154, "call": 575.994 },
        "depthwise_s8_2x2x16_dotprod": { "work": 0.240699, "output": 1.274, "byte": 0.249248, "weight": 11.5639, "call": 12867.4 },
        "hard_sigmoid_f32_neon": { "work": 3.375, "call": 229.0 },
        "hard_swish_f32_neon": { "work": 3.47482, "call": 375.401 },
        "max_pool_f32_neon": { "work": 1.12689 },
        "max_pool_s8_64_neon": { "work": 0.358886 },
        "multiply_f32_neon": { "work": 3.62821 },
        "multiply_s8_16_neon": { "work": 2.92977 },
        "split_f32_16_neon": { "work": 2.5625, "call": 209.0 },
        "table_s8_16_neon": { "work": 1.05283, "call": 263.198 }
      }
    }
    """#,
    #"""
    {
      "version": 2,
      "cpu": "aarch64",
      "level": "i8mm",
      "unit": "instructions",
      "source": "qemu-aarch64 7.2.22, max,sve=off,sme=off",
      "kernels": {
        "average_pool_f32_neon": { "work": 0.588256, "call": 532.506 },
        "average_pool_s8_32_neon": { "work": 0.368188, "output": 0.808974, "call": 538.33 },
        "conv_f32_5x16_neon": { "work": 0.285671, "output": 2.52819, "weight": 0.0189884, "call": 826.114 },
        "conv_s8_5x16_dotprod": { "output": 5.46846, "weight": 0.107008, "call": 764.024 },
        "conv_s8_8x8_i8mm": { "work": 0.0379971, "output": 2.41659, "byte": 0.188288, "weight": 0.0836007, "call": 3496.93 },
        "depthwise_f32_7x8_neon": { "work": 0.619966, "output": 2.77193, "byte": 0.0844469, "weight": 0.72171 },
        "depthwise_s8_2x16_neon": { "work": 0.574661, "output": 0.336439, "weight": 10.8154, "call": 575.994 },
        "depthwise_s8_2x2x16_dotprod": { "work": 0.240699, "output": 1.274, "byte": 0.249248, "weight": 11.5639, "call": 12867.4 },
        "hard_sigmoid_f32_neon": { "work": 3.375, "call": 229.0 },
        "hard_swish_f32_neon": { "work": 3.43694, "call": 229.079 },
        "max_pool_f32_neon": { "work": 1.12649 },
        "max_pool_s8_64_neon": { "work": 0.358886 },
        "multiply_f32_neon": { "work": 3.62821 },
        "multiply_s8_16_neon": { "work": 2.92977 },
        "split_f32_16_neon": { "work": 2.5625, "call": 209.0 },
        "table_s8_16_neon": { "work": 1.05283, "call": 263.198 }
      }
    }
    """#,
    #"""
    {
      "version": 2,
      "cpu": "aarch64",
      "level": "neon",
      "unit": "instructions",
      "source": "qemu-aarch64 7.2.22, cortex-a53",
      "kernels": {
        "average_pool_f32_neon": { "work": 0.588256, "call": 532.506 },
        "average_pool_s8_32_neon": { "work": 0.368188, "output": 0.808974, "call": 538.33 },
        "conv_f32_5x16_neon": { "work": 0.285697, "output": 2.53453, "weight": 0.0190339, "call": 828.599 },
        "conv_s8_2x16_neon": { "work": 0.213097, "output": 3.44615, "weight": 0.0228419, "call": 841.232 },
        "conv_s8_winograd2_neon": { "work": 0.159258, "output": 4.68806, "byte": 2.87801, "call": 1873.91 },
        "conv_s8_winograd4_neon": { "work": 0.0804284, "output": 2.35859, "weight": 1.44723 },
        "depthwise_f32_7x8_neon": { "work": 0.619966, "output": 2.77193, "byte": 0.0844469, "weight": 0.72171 },
        "depthwise_s8_2x16_neon": { "work": 0.395178, "output": 1.66294, "byte": 0.0390076, "weight": 4.25623, "call": 20755.4 },
        "hard_sigmoid_f32_neon": { "work": 3.375, "call": 229.0 },
        "hard_swish_f32_neon": { "work": 3.47482, "call": 375.401 },
        "max_pool_f32_neon": { "work": 1.12689 },
        "max_pool_s8_64_neon": { "work": 0.358886 },
        "multiply_f32_neon": { "work": 3.62821 },
        "multiply_s8_16_neon": { "work": 2.92977 },
        "split_f32_16_neon": { "work": 2.5625, "call": 209.0 },
        "table_s8_16_neon": { "work": 1.05283, "call": 263.198 }
      }
    }
    """#,
    #"""
    {
      "version": 2,
      "cpu": "aarch64",
      "level": "scalar",
      "unit": "instructions",
      "source": "qemu-aarch64 7.2.22, cortex-a53",
      "kernels": {
        "average_pool_s8_scalar": { "work": 7.32998, "output": 10.1754, "call": 824.622 },
        "conv_s8_scalar": { "work": 1.66393, "output": 71.0565 },
        "depthwise_s8_scalar": { "work": 9.21848, "output": 23.3205, "byte": 1.9078, "weight": 4.08527 },
        "multiply_s8_scalar": { "work": 31.1151 },
        "table_s8_scalar": { "work": 7.05056, "call": 198.619 }
      }
    }
    """#,
    #"""
    {
      "version": 2,
      "cpu": "armv7",
      "level": "neon",
      "unit": "instructions",
      "source": "qemu-arm 7.2.22, cortex-a7",
      "kernels": {
        "average_pool_f32_scalar": { "work": 6.31596, "output": 2.27206, "call": 1062.75 },
        "average_pool_s8_32_neon": { "work": 0.402943, "output": 3.30392, "call": 714.4 },
        "conv_f32_2x8_neon": { "work": 1.37188, "output": 37.7658, "weight": 0.276747 },
        "conv_s8_2x8_neon": { "work": 0.22387, "output": 4.1514, "weight": 0.0578244, "call": 1309.73 },
        "conv_s8_winograd2_neon": { "work": 0.166, "output": 7.34033, "byte": 4.39673, "call": 3252.86 },
        "conv_s8_winograd4_neon": { "work": 0.0817286, "output": 2.65469, "weight": 1.67358 },
        "depthwise_f32_8_neon": { "work": 2.89445, "output": 18.1304, "byte": 0.108347 },
        "depthwise_s8_2x16_neon": { "work": 0.298497, "output": 2.69948, "byte": 0.00971715, "weight": 2.94277, "call": 25989.0 },
        "hard_sigmoid_f32_scalar": { "work": 12.0, "call": 408.0 },
        "hard_swish_f32_scalar": { "work": 13.3603, "call": 1152.25 },
        "max_pool_f32_scalar": { "byte": 4.00666 },
        "max_pool_s8_64_neon": { "work": 0.44439 },
        "multiply_f32_scalar": { "work": 19.3874 },
        "multiply_s8_16_neon": { "work": 2.93515 },
        "split_f32_16_neon": { "work": 4.625, "call": 415.0 },
        "table_s8_64_armv7": { "work": 2.09176, "call": 650.759 }
      }
    }
    """#,
    #"""
    {
      "version": 2,
      "cpu": "armv7",
      "level": "scalar",
      "unit": "instructions",
      "source": "qemu-arm 7.2.22, cortex-a7",
      "kernels": {
        "average_pool_s8_scalar": { "work": 9.66487, "output": 6.5394, "call": 1601.84 },
        "conv_s8_scalar": { "work": 2.60502, "output": 115.425, "weight": 0.0580054 },
        "depthwise_s8_scalar": { "work": 10.9996, "output": 34.8076, "byte": 2.41735, "weight": 4.22968 },
        "multiply_s8_scalar": { "work": 37.1326 },
        "table_s8_scalar": { "work": 7.14114, "call": 396.216 }
      }
    }
    """#,
    #"""
    {
      "version": 2,
      "cpu": "riscv64",
      "level": "rvv",
      "unit": "instructions",
      "source": "qemu-riscv64 7.2.22, rv64,v=true,vext_spec=v1.0,vlen=256",
      "kernels": {
        "average_pool_f32_rvv": { "work": 0.132921, "call": 574.148 },
        "average_pool_s8_rvv": { "work": 0.197522, "call": 645.326 },
        "conv_f32_3x32_rvv": { "work": 0.0831726, "output": 1.61061, "byte": 0.109994, "weight": 0.0139842, "call": 1029.61 },
        "conv_s8_3x32_rvv": { "work": 0.0846326, "output": 0.872521, "byte": 0.558485, "weight": 0.0877401, "call": 975.321 },
        "conv_s8_winograd4_rvv": { "work": 0.0234453, "output": 1.98178, "weight": 0.530759, "call": 12926.4 },
        "depthwise_f32_2x32_rvv": { "work": 0.1223, "output": 0.814671, "byte": 0.0259718 },
        "depthwise_s8_2x32_rvv": { "work": 0.106516, "output": 0.650518, "byte": 0.0852173 },
        "hard_sigmoid_f32_rvv": { "work": 0.203364, "call": 293.786 },
        "hard_swish_f32_rvv": { "work": 0.445822, "call": 356.049 },
        "max_pool_f32_rvv": { "work": 0.38992 },
        "max_pool_s8_rvv": { "work": 0.386136 },
        "multiply_f32_rvv": { "work": 0.658479 },
        "multiply_s8_rvv": { "work": 0.784838 },
        "split_f32_scalar": { "work": 21.5, "call": 280.0 },
        "table_s8_rvv": { "work": 0.112255, "call": 469.911 }
      }
    }
    """#,
    #"""
    {
      "version": 2,
      "cpu": "riscv64",
      "level": "scalar",
      "unit": "instructions",
      "source": "qemu-riscv64 7.2.22, rv64",
      "kernels": {
        "average_pool_f32_scalar": { "work": 7.25272, "output": 4.05889, "call": 807.659 },
        "average_pool_s8_rv64": { "work": 1.32503, "output": 29.3206, "call": 446.673 },
        "conv_f32_scalar": { "work": 7.32339, "output": 5.15257, "byte": 7.09678, "weight": 0.0628141, "call": 4728.76 },
        "conv_s8_12x4_rv64": { "work": 0.941259, "output": 26.9184, "weight": 2.90192, "call": 2264.34 },
        "conv_s8_scalar": { "work": 8.19956, "output": 73.3479, "weight": 0.231357 },
        "conv_s8_winograd2_rv64": { "work": 0.954859, "byte": 25.2855, "call": 3970.08 },
        "conv_s8_winograd4_rv64": { "work": 0.449015, "output": 5.71662, "weight": 8.62945 },
        "depthwise_f32_scalar": { "work": 9.07964, "output": 24.2247, "byte": 0.0766361 },
        "depthwise_s8_rv64": { "work": 1.7702, "byte": 4.44326, "weight": 52.2557 },
        "depthwise_s8_scalar": { "work": 9.33445, "output": 6.01709, "byte": 2.55928, "weight": 3.33563 },
        "hard_sigmoid_f32_scalar": { "work": 15.9944, "call": 305.547 },
        "hard_swish_f32_scalar": { "work": 17.1055, "call": 444.546 },
        "max_pool_f32_scalar": { "work": 10.3594 },
        "max_pool_s8_rv64": { "work": 3.44102 },
        "multiply_f32_scalar": { "work": 27.3858 },
        "multiply_s8_rv64": { "work": 13.9733 },
        "multiply_s8_scalar": { "work": 37.6109 },
        "split_f32_scalar": { "work": 21.5, "call": 280.0 },
        "table_s8_rv64": { "work": 5.08334, "call": 2343.23 }
      }
    }
    """#,
    #"""
    {
      "version": 2,
      "cpu": "x86_64",
      "level": "avx2",
      "unit": "ns",
      "source": "AMD EPYC, 2026-11-30",
      "kernels": {
        "average_pool_f32_avx2": { "work": 0.0508376, "call": 216.113 },
        "average_pool_s8_avx2": { "work": 0.0810334, "call": 172.861 },
        "conv_f32_6x16_avx2": { "work": 0.0184529, "output": 0.104869, "weight": 0.027481 },
        "conv_s8_4x16_avx2": { "work": 0.0145277, "output": 0.0937318, "byte": 0.0744512, "weight": 0.0258771 },
        "depthwise_f32_8x8_avx2": { "work": 0.00882393, "output": 0.148279, "byte": 0.0150167, "weight": 0.16103 },
        "depthwise_s8_16_avx2": { "work": 0.0246285, "output": 0.115947, "byte": 0.0208365, "weight": 0.185929 },
        "hard_sigmoid_f32_avx2": { "work": 0.0516668, "call": 85.7081 },
        "hard_swish_f32_avx2": { "work": 0.0726608, "call": 159.269 },
        "max_pool_f32_avx2": { "work": 0.0981395 },
        "max_pool_s8_avx2": { "work": 0.0197765 },
        "multiply_f32_avx2": { "work": 0.151709 },
        "multiply_s8_32_avx2": { "work": 0.300442 },
        "split_f32_8_avx2": { "work": 0.163861, "call": 81.0324 },
        "table_s8_32_avx2": { "work": 0.153941, "call": 86.747 }
      }
    }
    """#,
    #"""
    {
      "version": 2,
      "cpu": "x86_64",
      "level": "avx512vnni",
      "unit": "ns",
      "source": "AMD EPYC, 2026-11-30",
      "kernels": {
        "average_pool_f32_avx2": { "work": 0.0524634, "call": 150.66 },
        "average_pool_s8_32_avx512bw": { "work": 0.0179388, "output": 0.0531, "call": 110.431 },
        "conv_f32_8x32_avx512f": { "work": 0.0170449, "output": 0.0886033, "byte": 0.0038675, "weight": 0.0132142, "call": 115.403 },
        "conv_u8s8_8x32_avx512vnni": { "work": 0.00422355, "output": 0.0511382, "byte": 0.022174, "weight": 0.00759778, "call": 154.305 },
        "depthwise_f32_8x16_avx512f": { "work": 0.0115106, "output": 0.0269503, "byte": 0.0125257, "weight": 0.114563 },
        "depthwise_u8s8_32_avx512vbmi": { "work": 0.00111428, "output": 0.395171, "weight": 0.0957041 },
        "depthwise_u8s8_3x3_avx512vbmi": { "work": 0.00814462, "byte": 0.0255574, "weight": 0.0562548, "call": 737.228 },
        "hard_sigmoid_f32_avx2": { "work": 0.0280548, "call": 103.954 },
        "hard_swish_f32_avx512f": { "work": 0.0656195, "call": 165.689 },
        "max_pool_f32_avx2": { "work": 0.0638253 },
        "max_pool_s8_64_avx512bw": { "work": 0.0186726 },
        "multiply_f32_avx2": { "work": 0.152094 },
        "multiply_s8_64_avx512f": { "work": 0.128644 },
        "split_f32_8_avx2": { "work": 0.163861, "call": 78.94 },
        "table_s8_64_avx512vbmi": { "work": 0.01884, "call": 80.5364 }
      }
    }
    """#,
  ]
}
