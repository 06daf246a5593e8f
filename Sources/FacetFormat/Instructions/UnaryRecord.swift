/// One input, one output: table, channel table, dequantize, copy, clip, sigmoid, hard sigmoid, hard-swish, softmax, reshape, planar, sum of a
/// table, split.
public struct UnaryRecord: Equatable, Sendable {
  /// The opcodes with this record.
  public enum Kind: Sendable {
    case table, channelTable, dequantize, copy, clip, sigmoid, hardSigmoid, hardSwish, softmax, reshape, planar, quantize, tableSum, split
  }

  public var opcode = Kind.copy
  public var input: UInt32 = BundleFormat.none
  public var output: UInt32 = BundleFormat.none
  /// `table`: offset in the constants of 256 bytes, entry q + 128 holds q' + 128. `channelTable`: that for each channel.
  /// `tableSum`: of 256 numbers, entry q + 128 is f(q).
  public var table: UInt32 = BundleFormat.none
  /// `clip`: low and high; `hardSigmoid`: alpha and beta. `tableSum`: what the sum is divided by (1, or the number of pixels), and 1 where
  /// the root of the quotient is taken, otherwise 0. `split`: how many steps of the low part make one of the high part, 1 to `splitRatio`, or 0
  /// for that.
  public var alpha: Float = 0
  public var beta: Float = 0

  /// Steps of the low part of a split in one of the high part, where a record does not say.
  public static let splitRatio: Float = 254

  public init() {}

  public init(_ instruction: Instruction, _ opcode: Kind) {
    self.init(reading: instruction)
    self.opcode = opcode
  }
}

extension UnaryRecord: InstructionRecord {
  public var number: Opcode {
    switch opcode {
    case .table: .table
    case .channelTable: .channelTable
    case .dequantize: .dequantize
    case .copy: .copy
    case .clip: .clip
    case .sigmoid: .sigmoid
    case .hardSigmoid: .hardSigmoid
    case .hardSwish: .hardSwish
    case .softmax: .softmax
    case .reshape: .reshape
    case .planar: .planar
    case .quantize: .quantize
    case .tableSum: .tableSum
    case .split: .split
    }
  }

  /// Whether each element of the result needs its own element of the input alone, of the same size. A softmax reads its channels before it
  /// writes them.
  private var mayWorkInPlace: Bool {
    switch opcode {
    case .table, .channelTable, .copy, .clip, .sigmoid, .hardSigmoid, .hardSwish, .softmax: true
    case .dequantize, .quantize, .reshape, .planar, .tableSum, .split: false
    }
  }

  @inline(__always)
  public mutating func visitFields(_ visitor: inout some FieldVisitor) {
    visitor.reads(&input, mayWorkInPlace ? .inPlace : [])
    visitor.writes(&output)
    visitor.constants(&table)
    visitor.word(&alpha)
    visitor.word(&beta)
  }
}
