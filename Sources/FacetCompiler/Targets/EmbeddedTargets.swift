// Made by Targets/embed from the files in Targets. Change those, then run it again.

extension Target {
  /// The JSON text of every kind of CPU and every board, in the order in which they are listed.
  static let embedded: [String] = [
    #"""
    {
      "name": "x86-64-vnni",
      "description": "x86-64 with AVX-512 VNNI: workstations and servers since 2019; its bundles run on every x86-64",
      "aliases": ["workstation", "server", "xeon", "epyc"],
      "triple": "x86_64-unknown-linux-gnu",
      "clangTarget": "x86_64-linux-gnu",
      "clusters": [
        {"cpu": "x86-64-v4", "cores": 8, "megahertz": 3000, "level": "avx512vnni", "instructionsPerCycle": 2.0, "l1": 32768, "l2": 1048576}
      ],
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
      "clusters": [
        {"cpu": "x86-64-v3", "cores": 4, "megahertz": 3000, "level": "avx2", "instructionsPerCycle": 2.0, "l1": 32768, "l2": 1048576}
      ],
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
      "clusters": [
        {"cpu": "x86-64-v3", "cores": 4, "megahertz": 3000, "level": "avx2", "instructionsPerCycle": 2.0, "l1": 32768, "l2": 1048576}
      ],
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
      "description": "64-bit ARM (ARMv8.0-A and later, such as Cortex-A53)",
      "aliases": ["jetson", "imx8", "arm64", "armv8", "rk3399", "rockpi4", "odroidc4", "odroidn2", "jetsonnano", "jetsontx2", "jetsonxavier", "imx8m", "imx8mm", "imx93", "coral", "coraldevboard", "beagleplay", "beagleboneai64", "am62", "am62x", "stm32mp2", "zynqmp", "kv260", "kria"],
      "triple": "aarch64-none-none-elf",
      "clangTarget": "aarch64-linux-gnu",
      "clusters": [
        {"cpu": "cortex-a53", "cores": 4, "megahertz": 1200, "level": "neon", "instructionsPerCycle": 0.83, "l1": 32768, "l2": 524288}
      ],
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
      "description": "32-bit ARM, hard float, NEON with VFPv4 (such as Cortex-A7): Raspberry Pi 2; on older cores (Cortex-A8: BeagleBone Black) its bundles run with an engine built for the core",
      "aliases": ["pi2", "beaglebone", "imx6ul", "imx7", "armhf", "armv7l", "pi2b", "rpi2", "raspberrypi2", "stm32mp13", "beagleboneblack", "imx6ull", "allwinnerh3", "orangepione", "orangepizero", "nanopineo"],
      "triple": "armv7-none-none-eabi",
      "clangTarget": "armv7-linux-gnueabihf",
      "clusters": [
        {"cpu": "cortex-a7", "cores": 4, "megahertz": 900, "level": "neon", "instructionsPerCycle": 0.5, "l1": 32768, "l2": 524288}
      ],
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
      "description": "64-bit RISC-V (RV64GC, such as SiFive U74, with vectors of V 1.0 where the CPU has them)",
      "aliases": ["licheepi4a", "riscv", "rv64gc", "unmatched", "hifiveunmatched"],
      "triple": "riscv64-none-none-eabi",
      "clangTarget": "riscv64-linux-gnu",
      "clusters": [
        {"cpu": "sifive-u74", "cores": 4, "megahertz": 1500, "level": "scalar", "instructionsPerCycle": 1.1, "l1": 32768, "l2": 2097152}
      ],
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
    #"""
    {
      "name": "imx8mp",
      "description": "NXP i.MX 8M Plus (4 x Cortex-A53 at 1.6 to 1.8 GHz)",
      "aliases": ["imx8mplus", "imx8mpevk", "phyboardpollux", "verdinimx8mp"],
      "like": "aarch64",
      "clusters": [
        {"cpu": "cortex-a53", "cores": 4, "megahertz": 1600, "level": "neon", "instructionsPerCycle": 0.83, "l1": 32768, "l2": 524288}
      ],
      "l3": 0,
      "ram": 1073741824,
      "bandwidth": 3500000000
    }
    """#,
    #"""
    {
      "name": "k1",
      "description": "SpacemiT K1 and M1 (8 x X60 at 1.6 GHz, vectors of 256 bits): Banana Pi BPI-F3, Milk-V Jupiter, Muse Pi",
      "aliases": ["spacemitk1", "bananapif3", "bpif3", "milkvjupiter", "musepi"],
      "like": "riscv64",
      "clusters": [
        {"cpu": "spacemit-x60", "cores": 8, "megahertz": 1600, "level": "rvv", "instructionsPerCycle": 0.3, "l1": 32768, "l2": 524288}
      ],
      "l3": 0,
      "ram": 2147483648,
      "bandwidth": 3500000000
    }
    """#,
    #"""
    {
      "name": "orin-nano",
      "description": "NVIDIA Jetson Orin Nano, its CPU (6 x Cortex-A78AE at 1.5 to 1.7 GHz)",
      "aliases": ["jetsonorin", "jetsonorinnano", "orinnx"],
      "like": "aarch64",
      "clusters": [
        {"cpu": "cortex-a78ae", "cores": 6, "megahertz": 1500, "level": "dotprod", "instructionsPerCycle": 2.2, "l1": 65536, "l2": 262144}
      ],
      "l3": 4194304,
      "ram": 4294967296,
      "bandwidth": 12000000000
    }
    """#,
    #"""
    {
      "name": "pi3",
      "description": "Raspberry Pi 3 B and B+ (BCM2837, 4 x Cortex-A53 at 1.2 to 1.4 GHz), 64-bit system",
      "aliases": ["pi3b", "rpi3", "raspberrypi3", "cm3", "bcm2837"],
      "like": "aarch64",
      "clusters": [
        {"cpu": "cortex-a53", "cores": 4, "megahertz": 1200, "level": "neon", "instructionsPerCycle": 0.83, "l1": 32768, "l2": 524288}
      ],
      "l3": 0,
      "ram": 1073741824,
      "bandwidth": 2000000000
    }
    """#,
    #"""
    {
      "name": "pi4",
      "description": "Raspberry Pi 4, 400, Compute Module 4 (BCM2711, 4 x Cortex-A72 at 1.5 to 1.8 GHz), 64-bit system",
      "aliases": ["pi4b", "rpi4", "raspberrypi4", "pi400", "cm4", "bcm2711"],
      "like": "aarch64",
      "clusters": [
        {"cpu": "cortex-a72", "cores": 4, "megahertz": 1500, "level": "neon", "instructionsPerCycle": 1.5, "l1": 32768, "l2": 1048576}
      ],
      "l3": 0,
      "ram": 1073741824,
      "bandwidth": 4000000000
    }
    """#,
    #"""
    {
      "name": "pi5",
      "description": "Raspberry Pi 5, 500, Compute Module 5 (BCM2712, 4 x Cortex-A76 at 2.4 GHz)",
      "aliases": ["rpi5", "raspberrypi5", "pi500", "cm5", "bcm2712"],
      "like": "aarch64",
      "clusters": [
        {"cpu": "cortex-a76", "cores": 4, "megahertz": 2400, "level": "dotprod", "instructionsPerCycle": 2.0, "l1": 65536, "l2": 524288}
      ],
      "l3": 2097152,
      "ram": 1073741824,
      "bandwidth": 9000000000
    }
    """#,
    #"""
    {
      "name": "rk3566",
      "description": "Rockchip RK3566 and RK3568 (4 x Cortex-A55 at 1.8 GHz): Radxa Zero 3, Orange Pi 3B, Quartz64",
      "aliases": ["rk3568", "radxazero3", "orangepi3b", "quartz64", "rock3a"],
      "like": "aarch64",
      "clusters": [
        {"cpu": "cortex-a55", "cores": 4, "megahertz": 1800, "level": "dotprod", "instructionsPerCycle": 0.75, "l1": 32768, "l2": 0}
      ],
      "l3": 524288,
      "ram": 1073741824,
      "bandwidth": 3000000000
    }
    """#,
    #"""
    {
      "name": "rk3588",
      "description": "Rockchip RK3588 and RK3588S (4 x Cortex-A76 at 2.3 GHz, 4 x Cortex-A55 at 1.8 GHz): Rock 5, Orange Pi 5",
      "aliases": ["rk3588s", "rock5", "rock5b", "orangepi5", "nanopir6"],
      "like": "aarch64",
      "clusters": [
        {"cpu": "cortex-a76", "cores": 4, "megahertz": 2300, "level": "dotprod", "instructionsPerCycle": 2.0, "l1": 65536, "l2": 524288},
        {"cpu": "cortex-a55", "cores": 4, "megahertz": 1800, "level": "dotprod", "instructionsPerCycle": 0.75, "l1": 32768, "l2": 131072}
      ],
      "l3": 3145728,
      "ram": 4294967296,
      "bandwidth": 9000000000
    }
    """#,
    #"""
    {
      "name": "stm32mp1",
      "description": "STM32MP15 (2 x Cortex-A7 at 650 to 800 MHz)",
      "aliases": ["stm32mp15", "stm32mp151", "stm32mp153", "stm32mp157"],
      "like": "armv7",
      "clusters": [
        {"cpu": "cortex-a7", "cores": 2, "megahertz": 650, "level": "neon", "instructionsPerCycle": 0.5, "l1": 32768, "l2": 262144}
      ],
      "l3": 0,
      "ram": 536870912,
      "bandwidth": 1000000000
    }
    """#,
    #"""
    {
      "name": "visionfive2",
      "description": "StarFive VisionFive 2 and other boards with the JH7110 (4 x SiFive U74 at 1.5 GHz)",
      "aliases": ["visionfive", "jh7110", "star64", "milkvmars"],
      "like": "riscv64",
      "clusters": [
        {"cpu": "sifive-u74", "cores": 4, "megahertz": 1500, "level": "scalar", "instructionsPerCycle": 1.1, "l1": 32768, "l2": 2097152}
      ],
      "l3": 0,
      "ram": 2147483648,
      "bandwidth": 1800000000
    }
    """#,
    #"""
    {
      "name": "zero2w",
      "description": "Raspberry Pi Zero 2 W (RP3A0, 4 x Cortex-A53 at 1.0 GHz)",
      "aliases": ["pizero2w", "rpizero2w", "raspberrypizero2w", "rp3a0"],
      "like": "aarch64",
      "clusters": [
        {"cpu": "cortex-a53", "cores": 4, "megahertz": 1000, "level": "neon", "instructionsPerCycle": 0.83, "l1": 32768, "l2": 524288}
      ],
      "l3": 0,
      "ram": 536870912,
      "bandwidth": 1500000000
    }
    """#,
  ]
}
