/// An instruction as the record of its opcode. Whatever treats instructions by kind switches over this, without a default: a new kind is then
/// an error of compilation wherever something has to be said of it.
public enum DecodedInstruction: Sendable {
  case convolution(ConvolutionRecord)
  case pool(PoolRecord)
  case binary(BinaryRecord)
  case unary(UnaryRecord)
  case rearrange(RearrangeRecord)
  case elementwise(ElementwiseRecord)
  case function(FunctionRecord)
  case reduce(ReduceRecord)
  case matrixProduct(MatrixProductRecord)
  case resample(ResampleRecord)
  case topK(TopKRecord)
}

extension Instruction {
  /// Nil for an opcode that this version does not know.
  public var decoded: DecodedInstruction? {
    guard let opcode else { return nil }
    switch opcode {
    case .convolution: return .convolution(ConvolutionRecord(self, .convolution))
    case .depthwise: return .convolution(ConvolutionRecord(self, .depthwise))
    case .maxPool: return .pool(PoolRecord(self, .maxPool))
    case .averagePool: return .pool(PoolRecord(self, .averagePool))
    case .add: return .binary(BinaryRecord(self, .add))
    case .multiply: return .binary(BinaryRecord(self, .multiply))
    case .table: return .unary(UnaryRecord(self, .table))
    case .channelTable: return .unary(UnaryRecord(self, .channelTable))
    case .dequantize: return .unary(UnaryRecord(self, .dequantize))
    case .quantize: return .unary(UnaryRecord(self, .quantize))
    case .copy: return .unary(UnaryRecord(self, .copy))
    case .clip: return .unary(UnaryRecord(self, .clip))
    case .sigmoid: return .unary(UnaryRecord(self, .sigmoid))
    case .hardSigmoid: return .unary(UnaryRecord(self, .hardSigmoid))
    case .hardSwish: return .unary(UnaryRecord(self, .hardSwish))
    case .softmax: return .unary(UnaryRecord(self, .softmax))
    case .reshape: return .unary(UnaryRecord(self, .reshape))
    case .planar: return .unary(UnaryRecord(self, .planar))
    case .rearrange: return .rearrange(RearrangeRecord(reading: self))
    case .elementwise: return .elementwise(ElementwiseRecord(reading: self))
    case .function: return .function(FunctionRecord(reading: self))
    case .reduce: return .reduce(ReduceRecord(reading: self))
    case .matrixProduct: return .matrixProduct(MatrixProductRecord(reading: self))
    case .resample: return .resample(ResampleRecord(reading: self))
    case .topK: return .topK(TopKRecord(reading: self))
    }
  }

  /// The first format version that has it.
  public var since: UInt32 {
    guard case .elementwise(let record)? = decoded else { return 1 }
    return ElementwiseFunction(rawValue: record.function)?.since ?? 1
  }
}

extension DecodedInstruction {
  func visitFields(_ visitor: inout some FieldVisitor) {
    switch self {
    case .convolution(var record): record.visitFields(&visitor)
    case .pool(var record): record.visitFields(&visitor)
    case .binary(var record): record.visitFields(&visitor)
    case .unary(var record): record.visitFields(&visitor)
    case .rearrange(var record): record.visitFields(&visitor)
    case .elementwise(var record): record.visitFields(&visitor)
    case .function(var record): record.visitFields(&visitor)
    case .reduce(var record): record.visitFields(&visitor)
    case .matrixProduct(var record): record.visitFields(&visitor)
    case .resample(var record): record.visitFields(&visitor)
    case .topK(var record): record.visitFields(&visitor)
    }
  }
}
