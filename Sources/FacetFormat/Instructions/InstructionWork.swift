/// What an instruction multiplies and what it has been taught, as far as its record and its tensors' shapes say.
public struct InstructionWork: Equatable, Sendable {
  /// Products of weights or matrices with activations; `.max` where they are more than an Int counts.
  public var multiplyAccumulates = 0
  /// Weights and biases, without what packing adds.
  public var parameters = 0
  /// Of parameters, in the number type in which they stand in the bundle.
  public var parameterBytes = 0
  /// Whether it computes in float32.
  public var isFloat = false

  public init() {}
}

extension Instruction {
  /// - Parameter tensors: the table of its fragment. A tensor that is not in it counts nothing.
  public func work(_ tensors: [TensorRecord]) -> InstructionWork {
    var work = InstructionWork()
    guard let decoded else { return work }
    func tensor(_ index: UInt32) -> TensorRecord? { tensors.indices.contains(Int(index)) ? tensors[Int(index)] : nil }
    switch decoded {
    case .convolution(let record):
      work.setProducts(record, input: tensor(record.input), output: tensor(record.output) ?? tensor(record.scores))
    case .elementwise(let record): work.setConstant(record)
    case .matrixProduct(let record): work.setProducts(record)
    case .product(let record): work.setProducts(record, input: tensor(record.a))
    case .unary(let record):
      switch record.opcode {
      case .channelTable:
        // A slope for each channel, as tables.
        work.parameters = Int(tensor(record.output)?.channels ?? 0)
        work.parameterBytes = saturated(work.parameters, 256)
      case .table, .dequantize, .quantize, .copy, .clip, .sigmoid, .hardSigmoid, .hardSwish, .softmax, .reshape, .planar, .tableSum, .split:
        break
      }
    case .normalization(let record):
      guard let output = tensor(record.output) else { break }
      work.isFloat = output.type == .float32
      // Scale and shift of each channel.
      work.parameters = saturated(Int(output.channels) / max(Int(record.pixels), 1), 2)
      work.parameterBytes = saturated(work.parameters, 4)
    case .softmaxRows(let record): work.isFloat = tensor(record.output)?.type == .float32
    case .pool, .binary, .rearrange, .function, .reduce, .resample, .topK: break
    }
    return work
  }
}

extension InstructionWork {
  fileprivate mutating func setProducts(_ record: ConvolutionRecord, input: TensorRecord?, output: TensorRecord?) {
    guard let input, let output else { return }
    let taps = Int(record.kernelHeight) * Int(record.kernelWidth)
    let weights = Int(record.outputChannels) * (Int(input.channels) / max(Int(record.groups), 1)) * taps
    let isSixteenBits = record.proofs & ConvolutionProof.sixteenBits != 0
    if isSixteenBits, input.type == .float32 {
      parameterBytes = 4 * (weights + Int(record.outputChannels))
      return
    }
    isFloat = input.type == .float32
    multiplyAccumulates = saturated(Int(output.height) * Int(output.width) / (isSixteenBits ? 2 : 1), weights)
    parameters = weights + Int(record.outputChannels)
    parameterBytes = weights * Int(input.type.size) + Int(record.outputChannels) * 4
  }

  /// A second operand that is a constant.
  fileprivate mutating func setConstant(_ record: ElementwiseRecord) {
    isFloat = true
    guard record.b == BundleFormat.none else { return }
    parameters = 1
    for axis in 0..<8 where record.bStrides[axis] != 0 { parameters = saturated(parameters, Int(record.dimensions[axis])) }
    parameterBytes = saturated(parameters, 4)
  }

  fileprivate mutating func setProducts(_ record: MatrixProductRecord) {
    isFloat = true
    multiplyAccumulates = saturated(Int(record.rows) * Int(record.columns), Int(record.inner))
    for axis in 0..<4 { multiplyAccumulates = saturated(multiplyAccumulates, Int(record.batch[axis])) }
    guard record.b == BundleFormat.none else { return }
    parameters = Int(record.inner) * Int(record.columns)
    for axis in 0..<4 where record.bStrides[axis] != 0 { parameters = saturated(parameters, Int(record.batch[axis])) }
    parameterBytes = saturated(parameters, 4)
  }

  fileprivate mutating func setProducts(_ record: ProductRecord, input: TensorRecord?) {
    isFloat = input?.type == .float32
    multiplyAccumulates = saturated(Int(record.rows) * Int(record.columns), Int(record.inner))
    for axis in 0..<3 { multiplyAccumulates = saturated(multiplyAccumulates, Int(record.batch[axis])) }
  }
}

/// The product, or the largest number where it would be more.
private func saturated(_ a: Int, _ b: Int) -> Int {
  let (product, overflow) = a.multipliedReportingOverflow(by: b)
  return overflow ? .max : product
}
