/// One input, one output: table, channel table, dequantize, copy, clip, sigmoid, hard sigmoid, hard-swish, softmax, reshape, planar.
public struct UnaryRecord: Equatable, Sendable {
  public var opcode: Opcode = .copy
  public var input: UInt32 = BundleFormat.none
  public var output: UInt32 = BundleFormat.none
  /// `table`: offset in the constants of 256 bytes, entry q + 128 holds q' + 128. `channelTable`: that for each channel.
  public var table: UInt32 = BundleFormat.none
  /// `clip`: low and high; `hardSigmoid`: alpha and beta.
  public var alpha: Float = 0
  public var beta: Float = 0

  public init() {}

  public init(_ i: Instruction) {
    opcode = i.opcode ?? .copy
    input = i.words[1]
    output = i.words[2]
    table = i.words[3]
    alpha = i.f32(4)
    beta = i.f32(5)
  }

  public var instruction: Instruction {
    var i = Instruction(opcode)
    i.words[1] = input
    i.words[2] = output
    i.words[3] = table
    i.set(4, alpha)
    i.set(5, beta)
    return i
  }
}
