import FacetFormat

/// What one instruction computes and moves, from its record and its tensors.
package struct InstructionCost: Equatable {
  package var multiplyAccumulates = 0
  /// Weights and biases, without what packing adds.
  package var parameters = 0
  /// Of parameters, in the number type in which they stand in the bundle.
  package var parameterBytes = 0
  /// Bytes of tensors that it reads, and writes.
  package var bytesRead = 0
  package var bytesWritten = 0
  /// Whether products are of float32 numbers.
  package var isFloat = false

  /// - Parameter tensors: the table of its fragment, which has all that the instruction names.
  package init(_ instruction: Instruction, _ tensors: [TensorRecord]) {
    func bytes(_ indices: [UInt32]) -> Int {
      indices.reduce(0) { tensors.indices.contains(Int($1)) ? $0 + tensors[Int($1)].byteCount : $0 }
    }
    (bytesRead, bytesWritten) = (bytes(instruction.reads), bytes(instruction.writes))
    let work = instruction.work(tensors)
    multiplyAccumulates = work.multiplyAccumulates
    parameters = work.parameters
    parameterBytes = work.parameterBytes
    isFloat = work.isFloat
  }
}

extension TensorRecord {
  /// Of the interior.
  fileprivate var byteCount: Int { Int(elementCount * type.size) }
}
