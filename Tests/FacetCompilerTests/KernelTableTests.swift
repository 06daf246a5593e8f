import FacetFormat
import FacetKernels
import FacetQuantization
import FacetRecipe
import FacetRuntime
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetRecipe

@Suite struct KernelTableTests {
  @Test func everyCPUHasATableThatEndsEachOperationWithItsScalarKernel() throws {
    #expect(KernelTable.all.map(\.cpu) == ["x86_64", "aarch64", "armv7", "riscv64"])
    for table in KernelTable.all {
      #expect(table.levels.first?.name == "scalar" && Set(table.levels.map(\.name)).count == table.levels.count)
      let operations = Dictionary(grouping: table.kernels, by: \.operation)
      #expect(operations.count == Int(FACET_OPERATION_COUNT.rawValue))
      for (operation, kernels) in operations {
        let scalar = try #require(kernels.last)
        #expect(scalar.name == operation + "_scalar" || operation == "rearrange" || operation == "reshape")
        #expect(scalar.level == "scalar" && scalar.condition.isEmpty && scalar.needs.isEmpty)
        #expect(kernels.allSatisfy { $0.layout == scalar.layout && table.levels.map(\.name).contains($0.level) })
      }
    }
  }

  /// What is listed for this machine's kind of CPU is what the engine runs.
  @Test func theTableOfThisCPUIsTheEnginesOwn() throws {
    var count = 0
    let first = facet_kernel_list(&count)
    let engine = UnsafeBufferPointer(start: first, count: count).map { String(cString: $0.name) }
    let listed = try #require(
      KernelTable.all.first { Set($0.kernels.map(\.name)) == Set(engine) && $0.levels.map(\.name) == KernelLevel.known })
    #expect(listed.kernels.count == engine.count)
    // Only where it is looked for does a kernel have scratch.
    #expect(facet_kernels_have_scratch() != 0 || UnsafeBufferPointer(start: first, count: count).allSatisfy { $0.scratch == nil })
  }

  @Test func boardsNameLevelsOfTheirCPU() throws {
    for target in Target.all {
      let table = try #require(KernelTable.named(target.name))
      #expect(target.isa == table.levels.map(\.name).reversed() && Set(target.runnableLevels).isSubset(of: target.isa))
    }
    // Those that the engine knows by number.
    let cores = try String(contentsOfFile: Self.example + "/../../Sources/FacetPlatform/in_order_cores.inc", encoding: .utf8)
    #expect(Set(cores.matches(of: /"(Cortex-A[0-9]+):/).map { $0.1.lowercased() }) == Target.inOrderCores)
    #expect(KernelTable.named("pi4")?.cpu == "aarch64" && KernelTable.named("no such board") == nil)
  }

  private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Examples/face-attributes").standardizedFileURL.path

  private static func compiled(_ target: String, _ precision: Precision) throws -> FacetRuntime.Bundle {
    let recipe = try Recipe.load(example + "/recipe.json")
    let request = CompileRequest(
      models: [example + "/face-attributes.onnx"], recipes: [recipe], target: try Target.named(target), precision: precision)
    return try Bundle.opening(Compiler.compile(request).bytes)
  }

  /// What a table says would run on a CPU of this kind is what a session runs.
  @Test(arguments: [Precision.int8, .float32]) func theKernelsThatAreForeseenRun(precision: Precision) throws {
    let bundle = try Self.compiled(Target.defaultName, precision)
    let cpu = try #require(KernelTable.all.first { $0.levels.map(\.name) == KernelLevel.known }).cpu
    for name in KernelLevel.available {
      let session = try Session(bundle: bundle, isa: facet_isa(UInt32(try #require(KernelLevel.known.firstIndex(of: name)))))
      let uses = try #require(bundle.kernelUses(on: KernelLevelName(cpu: cpu, level: name)))
      #expect(uses.count == bundle.fragments.reduce(0) { $0 + $1.instructions.count })
      for use in uses {
        let found = try #require(session.instruction(use.instruction, fragment: use.fragment))
        // A CPU may have more than its level promises.
        #expect(found.kernel.map { String(cString: $0) } == use.kernel || cpu == "x86_64" && name == "scalar", "\(name): \(use)")
        #expect(Int(found.work) == use.shape.work)
      }
    }
    #expect(bundle.kernelUses(on: KernelLevelName(cpu: "mips", level: "scalar")) == nil)
    #expect(bundle.kernelUses(on: KernelLevelName(cpu: cpu, level: "none")) == nil)
  }

  /// As qemu's cortex-a53 has shown: most layers of a bundle that stores activations without signs run by the scalar kernels.
  @Test func aBundleForAnotherKindOfCPURunsWhatItsLayoutAllows() throws {
    let bundle = try Self.compiled(Target.defaultName, .int8)
    let neon = try #require(bundle.kernelUses(on: KernelLevelName(cpu: "aarch64", level: "neon"))).map(\.kernel)
    #expect(neon.count { $0 == "conv_s8_scalar" } == 30 && !neon.contains { $0.hasPrefix("conv_") && $0.hasSuffix("_neon") })
    let board = try Self.compiled("zero2w", .int8)
    let vnni = try #require(board.kernelUses(on: KernelLevelName(cpu: "x86_64", level: "avx512vnni"))).map(\.kernel)
    #expect(vnni.contains("conv_s8_4x16_avx2") && !vnni.contains("conv_u8s8_8x32_avx512vnni"))
    // What plans say of both: times of these kernels, a warning, and the board to compile for.
    for (bundle, target) in [(bundle, "pi5"), (board, Target.defaultName)] {
      let (own, other) = (bundle.provenance.target, try Target.named(target))
      let plan = try Compiler.plan(bundle, file: "f.facet", target: other)
      #expect(plan.warnings.count == 1 && plan.warnings[0].contains(own) && plan.warnings[0].contains("--target \(target)"))
      #expect(try Compiler.plan(bundle, file: "f.facet", target: nil).warnings.isEmpty)
    }
    let (home, away) = (
      try Compiler.plan(board, file: "f", target: Target.named("pi5")), try Compiler.plan(bundle, file: "f", target: Target.named("pi5"))
    )
    #expect(home.warnings.isEmpty && away.merged.modelledMilliseconds > 3 * home.merged.modelledMilliseconds)
  }

  @Test func kernelsOfBoardsAreForeseenOnAnyMachine() throws {
    let bundle = try Self.compiled("pi4", .int8)
    func kernels(_ cpu: String, _ level: String) throws -> Set<String> {
      Set(try #require(bundle.kernelUses(on: KernelLevelName(cpu: cpu, level: level))).map(\.kernel))
    }
    #expect(try kernels("aarch64", "neon").contains("conv_s8_winograd4_neon"))
    #expect(try kernels("aarch64", "dotprod").contains("conv_s8_5x16_dotprod"))
    #expect(try kernels("aarch64", "scalar").allSatisfy { $0.hasSuffix("_scalar") })
    #expect(try kernels("armv7", "neon").contains("conv_s8_2x8_neon"))
  }
}
