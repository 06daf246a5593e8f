/// Max and average pooling. Average pooling over the whole input is the global mean.
public struct PoolRecord: Equatable, Sendable {
  /// The opcodes with this record.
  public enum Kind: Sendable { case maxPool, averagePool }

  public var opcode = Kind.maxPool
  public var input: UInt32 = BundleFormat.none
  public var output: UInt32 = BundleFormat.none
  /// float32 result of an int8 average; none otherwise.
  public var scores: UInt32 = BundleFormat.none
  public var kernelHeight: UInt32 = 1
  public var kernelWidth: UInt32 = 1
  public var strideY: UInt32 = 1
  public var strideX: UInt32 = 1
  public var dilationY: UInt32 = 1
  public var dilationX: UInt32 = 1
  public var padTop: UInt32 = 0
  public var padLeft: UInt32 = 0
  public var padBottom: UInt32 = 0
  public var padRight: UInt32 = 0
  public var countIncludesPad: UInt32 = 0
  /// int8 average: f32 array by n - 1 in the constants (kernelHeight * kernelWidth entries, or one where `oneMultiplier`).
  public var multiplier: UInt32 = BundleFormat.none
  public var scoresMultiplier: UInt32 = BundleFormat.none
  public var oneMultiplier: UInt32 = 0
  public var low: Int32 = -128
  public var high: Int32 = 127

  public init() {}

  public init(_ instruction: Instruction, _ opcode: Kind) {
    self.init(reading: instruction)
    self.opcode = opcode
  }
}

extension PoolRecord: InstructionRecord {
  public var number: Opcode {
    switch opcode {
    case .maxPool: .maxPool
    case .averagePool: .averagePool
    }
  }

  @inline(__always)
  public mutating func visitFields(_ visitor: inout some FieldVisitor) {
    visitor.reads(&input)
    visitor.writes(&output, .optional)
    visitor.writes(&scores, .optional)
    visitor.word(&kernelHeight)
    visitor.word(&kernelWidth)
    visitor.word(&strideY)
    visitor.word(&strideX)
    visitor.word(&dilationY)
    visitor.word(&dilationX)
    visitor.word(&padTop)
    visitor.word(&padLeft)
    visitor.word(&padBottom)
    visitor.word(&padRight)
    visitor.word(&countIncludesPad)
    visitor.constants(&multiplier)
    visitor.constants(&scoresMultiplier)
    visitor.word(&oneMultiplier)
    visitor.word(&low)
    visitor.word(&high)
  }
}
