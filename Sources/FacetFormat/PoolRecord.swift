/// Max and average pooling. Average pooling over the whole input is the global mean.
public struct PoolRecord: Equatable, Sendable {
  public var opcode: Opcode = .maxPool
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

  public init(_ i: Instruction) {
    opcode = i.opcode ?? .maxPool
    input = i.words[1]
    output = i.words[2]
    scores = i.words[3]
    kernelHeight = i.words[4]
    kernelWidth = i.words[5]
    strideY = i.words[6]
    strideX = i.words[7]
    dilationY = i.words[8]
    dilationX = i.words[9]
    padTop = i.words[10]
    padLeft = i.words[11]
    padBottom = i.words[12]
    padRight = i.words[13]
    countIncludesPad = i.words[14]
    multiplier = i.words[15]
    scoresMultiplier = i.words[16]
    oneMultiplier = i.words[17]
    low = i.i32(18)
    high = i.i32(19)
  }

  public var instruction: Instruction {
    var i = Instruction(opcode)
    i.words[1] = input
    i.words[2] = output
    i.words[3] = scores
    i.words[4] = kernelHeight
    i.words[5] = kernelWidth
    i.words[6] = strideY
    i.words[7] = strideX
    i.words[8] = dilationY
    i.words[9] = dilationX
    i.words[10] = padTop
    i.words[11] = padLeft
    i.words[12] = padBottom
    i.words[13] = padRight
    i.words[14] = countIncludesPad
    i.words[15] = multiplier
    i.words[16] = scoresMultiplier
    i.words[17] = oneMultiplier
    i.set(18, low)
    i.set(19, high)
    return i
  }
}
