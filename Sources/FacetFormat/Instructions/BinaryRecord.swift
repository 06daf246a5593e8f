/// Add and multiply of two tensors of equal type. An operand of height, width or channels 1 repeats along that axis.
public struct BinaryRecord: Equatable, Sendable {
  /// The opcodes with this record.
  public enum Kind: Sendable { case add, multiply }

  public var opcode = Kind.add
  public var a: UInt32 = BundleFormat.none
  public var b: UInt32 = BundleFormat.none
  public var output: UInt32 = BundleFormat.none
  /// float32 result of an int8 add; none otherwise.
  public var scores: UInt32 = BundleFormat.none
  public var aMultiplier: Float = 0
  public var bMultiplier: Float = 0
  public var scoresAMultiplier: Float = 0
  public var scoresBMultiplier: Float = 0
  public var low: Int32 = -128
  public var high: Int32 = 127
  public var lowFloat: Float = -.infinity
  public var highFloat: Float = .infinity

  public init() {}

  public init(_ instruction: Instruction, _ opcode: Kind) {
    self.init(reading: instruction)
    self.opcode = opcode
  }
}

extension BinaryRecord: InstructionRecord {
  public var number: Opcode {
    switch opcode {
    case .add: .add
    case .multiply: .multiply
    }
  }

  @inline(__always)
  public mutating func visitFields(_ visitor: inout some FieldVisitor) {
    visitor.reads(&a, .inPlace)
    visitor.reads(&b, .inPlace)
    visitor.writes(&output, .optional)
    visitor.writes(&scores, .optional)
    visitor.word(&aMultiplier)
    visitor.word(&bMultiplier)
    visitor.word(&scoresAMultiplier)
    visitor.word(&scoresBMultiplier)
    visitor.word(&low)
    visitor.word(&high)
    visitor.word(&lowFloat)
    visitor.word(&highFloat)
  }
}
