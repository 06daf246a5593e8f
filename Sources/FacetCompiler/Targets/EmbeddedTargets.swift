// Made by Targets/embed from Targets/*.json. Change those, then run it again.

extension Target {
  /// The JSON text of every board, in the order in which they are listed.
  static let embedded: [String] = [
    #"""
    {
      "name": "x86-64-vnni",
      "description": "x86-64 with AVX-512 VNNI: workstations and servers since 2019; its bundles run on every x86-64",
      "aliases": ["workstation", "server", "xeon", "epyc"],
      "triple": "x86_64-unknown-linux-gnu",
      "clangTarget": "x86_64-linux-gnu",
      "cpu": "x86-64",
      "isa": ["avx512vnni", "avx2", "scalar"],
      "cores": 8,
      "l1": 32768,
      "l2": 1048576,
      "l3": 16777216,
      "ram": 17179869184,
      "bandwidth": 25000000000,
      "int8Rate": 220000000000,
      "float32Rate": 45000000000,
      "storedUnsigned": true,
      "swiftFlags": ["-Osize"],
      "cFlags": ["-Os"]
    }
    """#,
    #"""
    {
      "name": "x86-64",
      "description": "x86-64 of any kind, AVX2 where the CPU has it: small PCs and gateways",
      "aliases": ["pc", "nuc", "n100", "upboard", "amd64", "x64", "celeron", "atom"],
      "triple": "x86_64-unknown-linux-gnu",
      "clangTarget": "x86_64-linux-gnu",
      "cpu": "x86-64",
      "isa": ["avx2", "scalar"],
      "cores": 4,
      "l1": 32768,
      "l2": 1048576,
      "l3": 4194304,
      "ram": 4294967296,
      "bandwidth": 12000000000,
      "int8Rate": 45000000000,
      "float32Rate": 25000000000,
      "storedUnsigned": true,
      "swiftFlags": ["-Osize"],
      "cFlags": ["-Os"]
    }
    """#,
    #"""
    {
      "name": "x86-64-musl",
      "description": "x86-64 of any kind with the musl C library: one static program of less than half a megabyte",
      "aliases": ["musl", "alpine"],
      "triple": "x86_64-unknown-linux-gnu",
      "clangTarget": "x86_64-linux-musl",
      "cpu": "x86-64",
      "isa": ["avx2", "scalar"],
      "cores": 4,
      "l1": 32768,
      "l2": 1048576,
      "l3": 4194304,
      "ram": 4294967296,
      "bandwidth": 12000000000,
      "int8Rate": 45000000000,
      "float32Rate": 25000000000,
      "storedUnsigned": true,
      "swiftFlags": ["-Osize", "-Xllvm", "-enable-machine-outliner=always", "-Xcc", "-nostdlibinc", "-Xcc", "-isystem", "-Xcc", "/usr/include/x86_64-linux-musl", "-L/usr/lib/x86_64-linux-musl", "-Xclang-linker", "-nostartfiles", "-Xclang-linker", "-nostdlib", "-Xlinker", "/usr/lib/x86_64-linux-musl/crt1.o", "-Xlinker", "/usr/lib/x86_64-linux-musl/crti.o", "-Xlinker", "/usr/lib/x86_64-linux-musl/libc.a", "-Xlinker", "/usr/lib/x86_64-linux-musl/crtn.o"],
      "cFlags": ["-Os", "-nostdlibinc", "-isystem", "/usr/include/x86_64-linux-musl"]
    }
    """#,
    #"""
    {
      "name": "aarch64",
      "description": "64-bit ARM (ARMv8.0-A, such as Cortex-A53): Raspberry Pi 3 and later, i.MX 8",
      "aliases": ["pi3", "pi4", "pi5", "zero2w", "rk3588", "jetson", "imx8", "arm64", "armv8", "pi3b", "rpi3", "raspberrypi3", "pi4b", "rpi4", "raspberrypi4", "pi400", "cm4", "rpi5", "raspberrypi5", "pi500", "cm5", "pizero2w", "rpizero2w", "raspberrypizero2w", "rk3399", "rockpi4", "rk3566", "rk3568", "rock5", "rock5b", "orangepi5", "odroidc4", "odroidn2", "jetsonnano", "jetsontx2", "jetsonxavier", "jetsonorin", "orinnano", "imx8m", "imx8mm", "imx8mp", "imx93", "coral", "coraldevboard", "beagleplay", "beagleboneai64", "am62", "am62x", "stm32mp2", "zynqmp", "kv260", "kria"],
      "triple": "aarch64-none-none-elf",
      "clangTarget": "aarch64-linux-gnu",
      "cpu": "cortex-a53",
      "isa": ["i8mm", "dotprod", "neon", "scalar"],
      "cores": 4,
      "l1": 32768,
      "l2": 524288,
      "l3": 0,
      "ram": 1073741824,
      "bandwidth": 2000000000,
      "int8Rate": 5000000000,
      "float32Rate": 2500000000,
      "storedUnsigned": false,
      "swiftFlags": ["-Osize", "-Xllvm", "-enable-machine-outliner=always"],
      "cFlags": ["-Os"]
    }
    """#,
    #"""
    {
      "name": "armv7",
      "description": "32-bit ARM, hard float, NEON with VFPv4 (such as Cortex-A7): Raspberry Pi 2, STM32MP1; on older cores (Cortex-A8: BeagleBone Black) its bundles run with an engine built for the core",
      "aliases": ["pi2", "stm32mp1", "beaglebone", "imx6ul", "imx7", "armhf", "armv7l", "pi2b", "rpi2", "raspberrypi2", "stm32mp13", "stm32mp15", "stm32mp157", "beagleboneblack", "imx6ull", "allwinnerh3", "orangepione", "orangepizero", "nanopineo"],
      "triple": "armv7-none-none-eabi",
      "clangTarget": "armv7-linux-gnueabihf",
      "cpu": "cortex-a7",
      "isa": ["neon", "scalar"],
      "cores": 4,
      "l1": 32768,
      "l2": 524288,
      "l3": 0,
      "ram": 536870912,
      "bandwidth": 1000000000,
      "int8Rate": 3000000000,
      "float32Rate": 250000000,
      "storedUnsigned": false,
      "swiftFlags": ["-Osize", "-Xllvm", "-enable-machine-outliner=always", "-Xcc", "-mfloat-abi=hard", "-Xcc", "-mfpu=neon-vfpv4"],
      "cFlags": ["-Os", "-mfloat-abi=hard", "-mfpu=neon-vfpv4"]
    }
    """#,
    #"""
    {
      "name": "riscv64",
      "description": "64-bit RISC-V (RV64GC, such as SiFive U74): VisionFive 2",
      "aliases": ["visionfive2", "jh7110", "licheepi4a", "bananapif3", "riscv", "rv64gc", "visionfive", "star64", "milkvmars", "unmatched", "hifiveunmatched"],
      "triple": "riscv64-none-none-eabi",
      "clangTarget": "riscv64-linux-gnu",
      "cpu": "generic-rv64",
      "isa": ["rvv", "scalar"],
      "cores": 4,
      "l1": 32768,
      "l2": 2097152,
      "l3": 0,
      "ram": 4294967296,
      "bandwidth": 2000000000,
      "int8Rate": 1400000000,
      "float32Rate": 400000000,
      "storedUnsigned": false,
      "swiftFlags": ["-Osize", "-Xllvm", "-enable-machine-outliner=always", "-Xcc", "-march=rv64gc", "-Xcc", "-mabi=lp64d"],
      "cFlags": ["-march=rv64gc", "-mabi=lp64d"]
    }
    """#,
  ]
}
