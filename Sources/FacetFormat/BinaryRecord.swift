/// Add and multiply of two tensors of equal type. An operand of height, width or channels 1 repeats along that axis.
public struct BinaryRecord: Equatable, Sendable {
  public var opcode: Opcode = .add
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

  public init(_ i: Instruction) {
    opcode = i.opcode ?? .add
    a = i.words[1]
    b = i.words[2]
    output = i.words[3]
    scores = i.words[4]
    aMultiplier = i.f32(5)
    bMultiplier = i.f32(6)
    scoresAMultiplier = i.f32(7)
    scoresBMultiplier = i.f32(8)
    low = i.i32(9)
    high = i.i32(10)
    lowFloat = i.f32(11)
    highFloat = i.f32(12)
  }

  public var instruction: Instruction {
    var i = Instruction(opcode)
    i.words[1] = a
    i.words[2] = b
    i.words[3] = output
    i.words[4] = scores
    i.set(5, aMultiplier)
    i.set(6, bMultiplier)
    i.set(7, scoresAMultiplier)
    i.set(8, scoresBMultiplier)
    i.set(9, low)
    i.set(10, high)
    i.set(11, lowFloat)
    i.set(12, highFloat)
    return i
  }
}
