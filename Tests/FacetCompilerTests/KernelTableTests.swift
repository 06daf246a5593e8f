import FacetBundle
import FacetKernels
import Testing

@testable import FacetCompiler

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
  }

  @Test func boardsNameLevelsOfTheirCPU() throws {
    for target in Target.all {
      let table = try #require(KernelTable.named(target.name))
      #expect(Set(target.isa).isSubset(of: table.levels.map(\.name)))
    }
    #expect(KernelTable.named("pi4")?.cpu == "aarch64" && KernelTable.named("no such board") == nil)
  }
}
