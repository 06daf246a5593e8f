import FacetFormat

/// What one instruction computes and moves, from its record and its tensors.
package struct InstructionCost: Equatable {
  package var multiplyAccumulates = 0
  /// Weights and biases, without what packing adds.
  var parameters = 0
  /// Of parameters, in the number type in which they stand in the bundle.
  package var parameterBytes = 0
  /// Bytes of tensors that it reads, and writes.
  package var bytesRead = 0
  package var bytesWritten = 0
  /// Whether products are of float32 numbers.
  package var isFloat = false

  /// - Parameter tensors: the table of its fragment, which has all that the instruction names.
  package init(_ instruction: Instruction, _ tensors: [TensorRecord]) {
    func tensor(_ word: Int) -> TensorRecord? {
      let index = Int(instruction.words[word])
      return tensors.indices.contains(index) ? tensors[index] : nil
    }
    let words = instruction.tensorWords
    bytesRead = words.reads.reduce(0) { $0 + (tensor($1)?.byteCount ?? 0) }
    bytesWritten = words.writes.reduce(0) { $0 + (tensor($1)?.byteCount ?? 0) }
    switch instruction.opcode {
    case .convolution, .depthwise:
      setProducts(ConvolutionRecord(instruction), input: tensor(1), output: tensor(2) ?? tensor(3))
    case .elementwise: setConstant(ElementwiseRecord(instruction))
    case .channelTable:
      // A slope for each channel, as tables.
      parameters = Int(tensor(2)?.channels ?? 0)
      parameterBytes = saturated(parameters, 256)
    case .matrixProduct: setProducts(MatrixProductRecord(instruction))
    default: break
    }
  }

  private mutating func setProducts(_ record: ConvolutionRecord, input: TensorRecord?, output: TensorRecord?) {
    guard let input, let output else { return }
    let taps = Int(record.kernelHeight) * Int(record.kernelWidth)
    let weights = Int(record.outputChannels) * (Int(input.channels) / max(Int(record.groups), 1)) * taps
    isFloat = input.type == .float32
    multiplyAccumulates = saturated(Int(output.height) * Int(output.width), weights)
    parameters = weights + Int(record.outputChannels)
    parameterBytes = weights * Int(input.type.size) + Int(record.outputChannels) * 4
  }

  /// A second operand that is a constant.
  private mutating func setConstant(_ record: ElementwiseRecord) {
    isFloat = true
    guard record.b == BundleFormat.none else { return }
    parameters = 1
    for axis in 0..<8 where record.bStrides[axis] != 0 { parameters = saturated(parameters, Int(record.dimensions[axis])) }
    parameterBytes = saturated(parameters, 4)
  }

  private mutating func setProducts(_ record: MatrixProductRecord) {
    isFloat = true
    multiplyAccumulates = saturated(Int(record.rows) * Int(record.columns), Int(record.inner))
    for axis in 0..<4 { multiplyAccumulates = saturated(multiplyAccumulates, Int(record.batch[axis])) }
    guard record.b == BundleFormat.none else { return }
    parameters = Int(record.inner) * Int(record.columns)
    for axis in 0..<4 where record.bStrides[axis] != 0 { parameters = saturated(parameters, Int(record.batch[axis])) }
    parameterBytes = saturated(parameters, 4)
  }
}

extension TensorRecord {
  /// Of the interior.
  fileprivate var byteCount: Int { Int(elementCount * type.size) }
}

/// The product, or the largest number where it would be more.
func saturated(_ a: Int, _ b: Int) -> Int {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  return overflow ? .max : product
}
