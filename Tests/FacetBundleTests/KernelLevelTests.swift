import FacetDiagnostics
import Testing

@testable import FacetBundle

@Suite struct KernelLevelTests {
  private func kernels(_ cpu: String, _ level: String) throws -> Set<String> {
    try #require(KernelLevelName(cpu: cpu, level: level).kernels, "\(cpu) \(level)")
  }

  /// By the tables' own order: what stands before a kernel with the same condition, and what no level's CPU must have.
  @Test func aLevelRunsTheFirstKernelsThatFit() throws {
    let (neon, dotprod) = (try kernels("aarch64", "neon"), try kernels("aarch64", "dotprod"))
    #expect(neon.contains("conv_s8_2x16_neon") && neon.contains("conv_s8_scalar") && !neon.contains("conv_s8_5x16_dotprod"))
    #expect(dotprod.contains("conv_s8_5x16_dotprod") && dotprod.contains("depthwise_s8_2x16_neon"))
    #expect(
      !dotprod.contains("conv_s8_2x16_neon") && !dotprod.contains("conv_f32_scalar") && !dotprod.contains("conv_s8_5x16_dotprod_in_order"))
    #expect(try kernels("aarch64", "neon_in_order").contains("conv_s8_2x16_neon_in_order"))
    // A bundle for a board runs AVX2's kernels where VNNI's want activations without signs; VBMI is not on every CPU with VNNI.
    let vnni = try kernels("x86_64", "avx512vnni")
    #expect(
      vnni.isSuperset(of: ["conv_s8_4x16_avx2", "table_s8_64_avx512vbmi", "table_s8_32_avx2"]) && !vnni.contains("conv_u8s8_6x16_avxvnni"))
    #expect(try kernels("riscv64", "scalar").isSuperset(of: ["conv_s8_12x4_rv64", "conv_s8_scalar"]))
    #expect(KernelLevelName(cpu: "aarch64", level: "avx2").kernels == nil && KernelLevelName(cpu: "mips", level: "scalar").kernels == nil)
  }

  @Test(arguments: [
    ("neon", "dotprod", false, true), ("scalar", "neon", false, true), ("dotprod", "neon", false, false),
    ("neon_in_order", "neon", true, true),
    ("neon_in_order", "dotprod", false, false), ("dotprod_in_order", "neon", true, false), ("i8mm", "i8mm", false, true),
    ("neon", "none", true, false),
  ]) func aCoreRunsLevelsBelowItsOwn(_ level: String, _ core: String, _ isInOrder: Bool, _ isRun: Bool) {
    let (level, core) = (KernelLevelName(cpu: "aarch64", level: level), KernelLevelName(cpu: "aarch64", level: core))
    #expect(level.runs(on: core, isInOrder: isInOrder) == isRun)
    #expect(!level.runs(on: KernelLevelName(cpu: "armv7", level: "neon"), isInOrder: isInOrder))
  }

  @Test(arguments: [
    ("conv_s8_2x16_neon", 10 * 17 * 27, [3, 4, 7], [17, 2, 5], true), ("conv_s8_2x16_neon", 0, [3, 4, 7], [17, 2, 5], false),
    ("conv_s8_2x16_neon", 10 * 17 * 27 + 1, [3, 4, 7], [17, 2, 5], false), ("depthwise_s8_scalar", 9, [1, 3, 3], [], false),
    ("max_pool_s8_64_neon", 4, [4, 4, 4], [4, 2, 2], false), ("add_s8_16_neon", 0, [1, 2, 3], [1, 2, 3], true),
    ("add_s8_16_neon", 6, [1, 2, 3], [1, 0, 3], false), ("reshape", 0, [], [1, 2, 3], true), ("reshape", 0, [4], [1, 2, 3], false),
    ("conv_s8_scalar", 1 << 53, [1 << 24, 1, 1], [1 << 24, 1 << 24, 1 << 24], false),
  ]) func sizesThatCannotBeAreKnown(_ kernel: String, _ work: Int, _ input: [Int], _ output: [Int], _ isPossible: Bool) {
    let use = KernelUse(fragment: 0, instruction: 0, kernel: kernel, shape: KernelShape(work: work, input: input, output: output))
    #expect(use.isPossible == isPossible)
  }
}
