import FacetFormat
import FacetRuntime

/// One instruction of a bundle, and what it has to do.
package struct InstructionDescription: Encodable, Sendable, Equatable {
  package var fragment: Int
  /// The fragment's name, as `facet plan` has it.
  package var part: String
  /// The opcode, with the window, strides, dilation and groups of a convolution or pooling where they are not 1.
  package var operation: String
  /// Whether it reads float32 only.
  package var isFloat: Bool
  /// Channels, height, width of what it reads first and of what it writes.
  package var inputShape: [Int]
  package var outputShape: [Int]
  package var parameters: Int
  package var parameterBytes: Int
  package var multiplyAccumulates: Int
}

extension Bundle {
  /// All instructions, fragment by fragment, in the order in which they run.
  package var instructionDescriptions: [InstructionDescription] {
    let descriptions = BundleDescription(self).fragments
    return fragments.indices.flatMap { index in
      let part = partName(index, descriptions[index].attributes)
      return fragments[index].instructions.map { record in
        let cost = InstructionCost(record, fragments[index].tensors)
        let shapes = record.shapes(fragments[index].tensors)
        return InstructionDescription(
          fragment: index, part: part, operation: record.shortDescription, isFloat: record.isFloat(fragments[index].tensors),
          inputShape: shapes.input,
          outputShape: shapes.output,
          parameters: cost.parameters, parameterBytes: cost.parameterBytes, multiplyAccumulates: cost.multiplyAccumulates)
      }
    }
  }
}

extension Instruction {
  /// Whether it computes with float32 numbers alone: all tensors that it reads are of them.
  package func isFloat(_ tensors: [TensorRecord]) -> Bool {
    reads.allSatisfy { !tensors.indices.contains(Int($0)) || tensors[Int($0)].type == .float32 }
  }

  /// Channels, height, width of what it reads first and of what it writes.
  package func shapes(_ tensors: [TensorRecord]) -> (input: [Int], output: [Int]) {
    func shape(_ indices: [UInt32]) -> [Int] {
      guard let index = indices.first(where: { tensors.indices.contains(Int($0)) }) else { return [] }
      let tensor = tensors[Int(index)]
      return [Int(tensor.channels), Int(tensor.height), Int(tensor.width)]
    }
    return (shape(reads), shape(writes))
  }

  /// The operation and its window, as "convolution 3x3 /2".
  package var shortDescription: String {
    guard let opcode, let decoded else { return "unknown" }
    switch decoded {
    case .convolution(let r):
      return "\(opcode) \(r.kernelHeight)x\(r.kernelWidth)" + steps("/", r.strideY, r.strideX)
        + steps("dilation ", r.dilationY, r.dilationX)
        + (r.opcode == .convolution && r.groups > 1 ? " groups \(r.groups)" : "") + (r.residual == BundleFormat.none ? "" : " + residual")
        + (ResultFunction(rawValue: r.function)?.words ?? "")
    case .pool(let r): return "\(opcode) \(r.kernelHeight)x\(r.kernelWidth)" + steps("/", r.strideY, r.strideX)
    case .normalization(let r): return "\(opcode)" + (r.scope == 0 ? " pixels" : " planes") + (r.groups > 1 ? " groups \(r.groups)" : "")
    case .softmaxRows: return "\(opcode)"
    case .product(let r): return "\(opcode) \(r.rows)x\(r.inner)x\(r.columns)"
    case .binary, .unary, .rearrange, .elementwise, .function, .reduce, .matrixProduct, .resample, .topK: return "\(opcode)"
    }
  }

  private func steps(_ sign: String, _ y: UInt32, _ x: UInt32) -> String {
    if y == 1 && x == 1 { return "" }
    return " \(sign)\(y)" + (x == y ? "" : "x\(x)")
  }
}

extension ResultFunction {
  /// Behind the name of the layer that takes it.
  fileprivate var words: String {
    switch self {
    case .plain: ""
    case .slopes: ", slopes below 0"
    case .hardSwish: ", hard-swish"
    case .pieces: ", function in pieces"
    }
  }
}
