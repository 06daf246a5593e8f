import FacetFormat

extension Instruction {
  /// The words that hold the tensors which it reads and writes; one may be `none`.
  package var tensorWords: (reads: [Int], writes: [Int]) {
    switch opcode {
    case .convolution, .depthwise: ([1, 4], [2, 3])
    case .maxPool, .averagePool: ([1], [2, 3])
    case .add, .multiply: ([1, 2], [3, 4])
    case .elementwise, .matrixProduct: ([1, 2], [3])
    default: ([1], [2])
    }
  }
}
