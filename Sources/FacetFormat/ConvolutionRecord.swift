/// Convolution, fully connected (1x1 on one pixel), depthwise convolution, standalone affine.
///
/// Tensors are indices in the fragment's table, `BundleFormat.none` where absent. Offsets count bytes in the fragment's constants
/// (arrays of 4-byte elements, 64-byte aligned) and weights (64-byte aligned). Layouts: `facet_kernels.h`, `facet_conv`.
public struct ConvolutionRecord: Equatable, Sendable {
  public var opcode: Opcode = .convolution
  public var input: UInt32 = BundleFormat.none
  /// int8 or float32 result; none when only scores are wanted.
  public var output: UInt32 = BundleFormat.none
  /// float32 result of an int8 layer: a graph output, never requantized.
  public var scores: UInt32 = BundleFormat.none
  public var residual: UInt32 = BundleFormat.none
  public var kernelHeight: UInt32 = 1
  public var kernelWidth: UInt32 = 1
  public var strideY: UInt32 = 1
  public var strideX: UInt32 = 1
  public var dilationY: UInt32 = 1
  public var dilationX: UInt32 = 1
  public var padTop: UInt32 = 0
  public var padLeft: UInt32 = 0
  public var groups: UInt32 = 1
  /// Output channels in all (the scores' or the output's).
  public var outputChannels: UInt32 = 1
  /// 1: a segment of the packed weights is a kernel row; 0: a tap.
  public var rowSegments: UInt32 = 0
  public var weights: UInt32 = 0
  /// int8: accumulators' start i32; float32: bias f32.
  public var initial: UInt32 = 0
  /// int8: m f32; none without an int8 output.
  public var multiplier: UInt32 = BundleFormat.none
  /// int8: s f32; none without scores.
  public var scoresMultiplier: UInt32 = BundleFormat.none
  /// int8 clamp, canonical domain [-128, 127].
  public var low: Int32 = -128
  public var high: Int32 = 127
  public var residualMultiplier: Float = 0
  public var scoresResidualMultiplier: Float = 0
  /// float32 clamp.
  public var lowFloat: Float = -.infinity
  public var highFloat: Float = .infinity

  public init() {}

  /// Precondition: the opcode is `convolution` or `depthwise`.
  public init(_ i: Instruction) {
    opcode = i.opcode ?? .convolution
    input = i.words[1]
    output = i.words[2]
    scores = i.words[3]
    residual = i.words[4]
    kernelHeight = i.words[5]
    kernelWidth = i.words[6]
    strideY = i.words[7]
    strideX = i.words[8]
    dilationY = i.words[9]
    dilationX = i.words[10]
    padTop = i.words[11]
    padLeft = i.words[12]
    groups = i.words[13]
    outputChannels = i.words[14]
    rowSegments = i.words[15]
    weights = i.words[16]
    initial = i.words[17]
    multiplier = i.words[18]
    scoresMultiplier = i.words[19]
    low = i.i32(20)
    high = i.i32(21)
    residualMultiplier = i.f32(22)
    scoresResidualMultiplier = i.f32(23)
    lowFloat = i.f32(24)
    highFloat = i.f32(25)
  }

  public var instruction: Instruction {
    var i = Instruction(opcode)
    i.words[1] = input
    i.words[2] = output
    i.words[3] = scores
    i.words[4] = residual
    i.words[5] = kernelHeight
    i.words[6] = kernelWidth
    i.words[7] = strideY
    i.words[8] = strideX
    i.words[9] = dilationY
    i.words[10] = dilationX
    i.words[11] = padTop
    i.words[12] = padLeft
    i.words[13] = groups
    i.words[14] = outputChannels
    i.words[15] = rowSegments
    i.words[16] = weights
    i.words[17] = initial
    i.words[18] = multiplier
    i.words[19] = scoresMultiplier
    i.set(20, low)
    i.set(21, high)
    i.set(22, residualMultiplier)
    i.set(23, scoresResidualMultiplier)
    i.set(24, lowFloat)
    i.set(25, highFloat)
    return i
  }
}

/// Sizes of packed weights (`facet_kernels.h`, `facet_conv`), the same for the compiler that packs and the engine that checks.
public struct ConvolutionLayout: Equatable, Sendable {
  public static let block: Int64 = 32
  public var groups: Int64
  /// Blocks of 32 output channels in a group.
  public var blocks: Int64
  public var segments: Int64
  /// Elements of a segment, and steps it takes: of 4 elements in int8, of 1 in float32.
  public var segmentLength: Int64
  public var steps: Int64
  public var type: TensorType

  /// Precondition: all counts are at least 1 and at most 2^20, so that no product overflows before `weightBytes` is checked.
  public init(
    type: TensorType, groups: Int64, groupInputs: Int64, groupOutputs: Int64, kernelHeight: Int64, kernelWidth: Int64, rowSegments: Bool
  ) {
    self.type = type
    self.groups = groups
    blocks = (groupOutputs + Self.block - 1) / Self.block
    segments = rowSegments ? kernelHeight : kernelHeight * kernelWidth
    segmentLength = rowSegments ? kernelWidth * groupInputs : groupInputs
    steps = type == .int8 ? (segmentLength + 3) / 4 : segmentLength
  }

  /// Entries of each per-channel array.
  public var paddedChannels: Int64 { groups * blocks * Self.block }

  /// Bytes of the packed weights; nil where that is more than 2^40.
  public var weightBytes: Int64? {
    // 32 channels of a step take 128 bytes in either type.
    var bytes: Int64 = 128
    for factor in [groups, blocks, segments, steps] {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: factor)
      guard !overflow, product <= 1 << 40 else { return nil }
      bytes = product
    }
    return bytes
  }
}
