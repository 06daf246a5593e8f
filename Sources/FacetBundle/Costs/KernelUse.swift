import FacetFormat
import FacetKernels
import FacetRuntime

/// The sizes of an instruction that its time follows from.
package struct KernelShape: Equatable, Sendable {
  /// Multiply-accumulates, or elements times what is done to each, as the engine counts them.
  package var work: Int
  /// Channels, height, width; empty where there is no tensor.
  package var input: [Int]
  package var output: [Int]

  package init(work: Int, input: [Int], output: [Int]) {
    (self.work, self.input, self.output) = (work, input, output)
  }
}

/// An instruction with the kernel that runs it.
package struct KernelUse: Equatable, Sendable {
  package var fragment: Int
  package var instruction: Int
  /// Without a prefix: operation, number type, tile, level.
  package var kernel: String
  package var shape: KernelShape

  package init(fragment: Int, instruction: Int, kernel: String, shape: KernelShape) {
    (self.fragment, self.instruction, self.kernel, self.shape) = (fragment, instruction, kernel, shape)
  }
}

/// A level of instructions of a kind of CPU.
package struct KernelLevelName: Equatable, Sendable, Hashable {
  /// As the tables of kernels call it: `x86_64`, `aarch64`, `armv7`, `riscv64`.
  package var cpu: String
  package var level: String

  package init(cpu: String, level: String) { (self.cpu, self.level) = (cpu, level) }
}

extension Bundle {
  /// The kernels that run this bundle's instructions on a CPU of a level, whatever machine this is.
  ///
  /// - Parameter storedUnsigned: as if it stored activations so; nil for as it does.
  /// - Returns: in the order of the instructions; nil where there is no such level.
  package func kernelUses(on level: KernelLevelName, storedUnsigned: Bool? = nil) -> [KernelUse]? {
    var uses: [KernelUse] = []
    let isKnown = forEachListedKernel(level, storedUnsigned: storedUnsigned) { fragment, index, kernel, operation in
      let shapes = fragments[fragment].instructions[index].shapes(fragments[fragment].tensors)
      uses.append(
        KernelUse(
          fragment: fragment, instruction: index, kernel: String(cString: kernel.name),
          shape: KernelShape(work: Int(operation.work), input: shapes.input, output: shapes.output)))
    }
    return isKnown ? uses : nil
  }

  /// Bytes of scratch, beside the arena's tensors, that each thread's kernels need on a CPU of a level: the most of all instructions, a multiple of
  /// 64; nil where there is no such level.
  package func scratchBytes(on level: KernelLevelName) -> Int? {
    var most = 0
    let isKnown = forEachListedKernel(level) { _, _, kernel, operation in
      if let scratch = kernel.scratch { most = max(most, (scratch(operation.arguments) + 63) / 64 * 64) }
    }
    return isKnown ? most : nil
  }

  /// False where there is no such level.
  private func forEachListedKernel(
    _ level: KernelLevelName, storedUnsigned: Bool? = nil, _ body: (Int, Int, facet_listed_kernel, PreparedOperation) -> Void
  ) -> Bool {
    var count = 0
    let tables = UnsafeBufferPointer(start: facet_cpu_tables(&count), count: count)
    guard let table = tables.compactMap(\.self).first(where: { String(cString: $0.pointee.cpu) == level.cpu }) else { return false }
    let levels = UnsafeBufferPointer(start: table.pointee.levels, count: table.pointee.level_count)
    guard let features = levels.first(where: { String(cString: $0.name) == level.level })?.uses else { return false }
    try? forEachOperation(storedUnsigned: storedUnsigned) { fragment, index, operation in
      guard let kernel = facet_find_listed_kernel(table, operation.operation, features, operation.arguments) else { return }
      body(fragment, index, kernel.pointee, operation)
    }
    return true
  }
}
