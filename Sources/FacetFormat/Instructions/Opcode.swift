/// What an instruction does. The type of its tensors (int8 or float32) chooses between kernels of one name.
public enum Opcode: UInt32, Sendable, CaseIterable {
  /// Convolution and fully connected (`ConvolutionRecord`).
  case convolution = 1
  /// Depthwise convolution and standalone affine (`ConvolutionRecord`).
  case depthwise = 2
  case maxPool = 3
  case averagePool = 4
  case add = 5
  case multiply = 6
  /// A 256-entry table, int8 (`UnaryRecord`).
  case table = 7
  /// int8 to float32.
  case dequantize = 8
  case copy = 9
  case clip = 10
  case sigmoid = 11
  case hardSigmoid = 12
  case hardSwish = 13
  /// Over the channels of each pixel, float32.
  case softmax = 14
  /// The elements in canonical (NCHW) order, into another shape. Also brings results of several pixels into canonical order.
  case reshape = 15
  /// As `reshape`, but the output is one pixel that lists the input's elements in canonical (NCHW) order.
  case planar = 16
  /// float32 to int8 (`UnaryRecord`): q = int(rne(clamp(x / scale))) + z, as the input does it.
  case quantize = 17
  // The following work on plain tensors: one pixel that lists the elements in canonical order, without a border.
  /// Elements moved by tables, one per axis: transpose, slice, pad, expand, tile, gather … (`RearrangeRecord`).
  case rearrange = 18
  /// Two operands, broadcast by strides, float32 (`ElementwiseRecord`).
  case elementwise = 19
  /// A function of one number, float32, any geometry (`FunctionRecord`).
  case function = 20
  /// Over some axes, float32 (`ReduceRecord`).
  case reduce = 21
  /// A product of matrices for each of a batch, float32 (`MatrixProductRecord`).
  case matrixProduct = 22
  /// Along one axis, each output a weighted sum of a few inputs (`ResampleRecord`): linear and, in float32, cubic resizing.
  case resample = 23
  /// Along one axis, the first elements by value, or their indices, float32 (`TopKRecord`).
  case topK = 24
  /// A 256-entry table for each channel, int8 (`UnaryRecord`).
  case channelTable = 25
  /// Layer, group, instance and RMS normalization (`NormalizationRecord`).
  case normalize = 26
  /// Softmax that int8 networks have inside (`SoftmaxRowsRecord`).
  case softmaxRows = 27
  /// A product of matrices of two tensors, through strides (`ProductRecord`).
  case product = 28
  /// Of each channel, the sum over all pixels of a 256-entry table of float32, int8 to float32 (`UnaryRecord`).
  case tableSum = 29
  /// float32 to two int8 images, one below the other, that make 16 bits together (`UnaryRecord`).
  case split = 30
}

extension Opcode {
  /// The word of its record that names the result, behind one operand or two.
  var resultWord: Int {
    switch self {
    case .add, .multiply, .elementwise, .matrixProduct, .product: 3
    default: 2
    }
  }
}

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
  case normalization(NormalizationRecord)
  case softmaxRows(SoftmaxRowsRecord)
  case product(ProductRecord)
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
    case .normalize: return .normalization(NormalizationRecord(reading: self))
    case .softmaxRows: return .softmaxRows(SoftmaxRowsRecord(reading: self))
    case .product: return .product(ProductRecord(reading: self))
    case .tableSum: return .unary(UnaryRecord(self, .tableSum))
    case .split: return .unary(UnaryRecord(self, .split))
    }
  }

  /// The first format version that has it.
  public var since: UInt32 {
    switch decoded {
    case .elementwise(let record): ElementwiseFunction(rawValue: record.function)?.since ?? 1
    case .normalization, .softmaxRows, .product: 2
    case .unary(let record): record.opcode == .tableSum || record.opcode == .split ? 2 : 1
    case .convolution(let record): record.proofs != 0 || record.function != 0 ? 2 : 1
    case nil, .pool, .binary, .rearrange, .function, .reduce, .matrixProduct, .resample, .topK: 1
    }
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
    case .normalization(var record): record.visitFields(&visitor)
    case .softmaxRows(var record): record.visitFields(&visitor)
    case .product(var record): record.visitFields(&visitor)
    }
  }
}
