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

  /// Whether an engine can have written this: whoever reads it from a file asks. An instruction writes a tensor; what sums over a window does as many
  /// multiply-accumulates, or elements, for each result.
  package var isPossible: Bool {
    func isTensor(_ sizes: [Int]) -> Bool { sizes.count == 3 && sizes.allSatisfy { $0 > 0 } }
    guard isTensor(shape.output), shape.input.isEmpty || isTensor(shape.input) else { return false }
    guard ["conv_", "depthwise_", "max_pool_", "average_pool_"].contains(where: kernel.hasPrefix) else { return true }
    let results = shape.output.reduce(1.0) { $0 * Double($1) }
    return isTensor(shape.input) && Double(shape.work) >= results && shape.work % Int(results) == 0
  }
}

extension Bundle {
  /// The kernels that run this bundle's instructions on a CPU of a level, whatever machine this is and whatever CPU it was compiled for.
  ///
  /// - Returns: in the order of the instructions; nil where there is no such level.
  package func kernelUses(on level: KernelLevelName) -> [KernelUse]? {
    var uses: [KernelUse] = []
    let isKnown = forEachListedKernel(level) { fragment, index, kernel, operation in
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
  private func forEachListedKernel(_ level: KernelLevelName, _ body: (Int, Int, facet_listed_kernel, PreparedOperation) -> Void) -> Bool {
    guard var table = level.table, let features = level.listed?.uses else { return false }
    try? forEachOperation { fragment, index, operation in
      guard let kernel = facet_find_listed_kernel(&table, operation.operation, features, operation.arguments) else { return }
      body(fragment, index, kernel.pointee, operation)
    }
    return true
  }
}
