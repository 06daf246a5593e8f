/// What the compiler has proved of all sums of an int8 convolution whose activations are stored signed: |initial| + 128 · Σ|w| is below a bound. Kernels
/// that make multiples of a sum rely on it; where a bit is false, scores are wrong, and nothing worse.
public enum ConvolutionProof {
  /// Below 2^25: Winograd's F(4x4, 3x3) is exact.
  public static let below25Bits: UInt32 = 1
  /// Below 2^29: F(2x2, 3x3) is exact.
  public static let below29Bits: UInt32 = 2
  /// No proof: the layer's input is a split result, or (depthwise) what such a layer made of it. A layer in 16 bits counts once in reports.
  public static let sixteenBits: UInt32 = 4
  public static let all: UInt32 = 7
}

/// What becomes of an int8 result before its bounds and before it is rounded (Formats/facet-bundle.md, "Functions of results").
public enum ResultFunction: UInt32, Sendable {
  case plain = 0
  case slopes = 1
  case hardSwish = 2
  case pieces = 3

  /// Pieces of a function, with two numbers each.
  public static let pieceCount: Int64 = 64
}

/// Convolution, fully connected (1x1 on one pixel), depthwise convolution, standalone affine.
///
/// Tensors are indices in the fragment's table, `BundleFormat.none` where absent. Offsets count bytes in the fragment's constants
/// (arrays of 4-byte elements, 64-byte aligned) and weights (64-byte aligned). Layouts: `facet_kernels.h`, `facet_conv`.
public struct ConvolutionRecord: Equatable, Sendable {
  /// The opcodes with this record.
  public enum Kind: Sendable { case convolution, depthwise }

  public var opcode = Kind.convolution
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
  /// int8, activations stored signed: `ConvolutionProof` bits.
  public var proofs: UInt32 = 0
  /// int8 without scores: a `ResultFunction`.
  public var function: UInt32 = 0
  /// Slopes f32, per channel; or pieces i16, 64 values, then 64 rises. 0 where there are none.
  public var functionValues: UInt32 = 0
  /// Of pieces.
  public var functionOffset: Int32 = 0
  /// Of hard-swish.
  public var alpha: Float = 0
  public var beta: Float = 0

  public init() {}

  public init(_ instruction: Instruction, _ opcode: Kind) {
    self.init(reading: instruction)
    self.opcode = opcode
  }
}

extension ConvolutionRecord: InstructionRecord {
  public var number: Opcode {
    switch opcode {
    case .convolution: .convolution
    case .depthwise: .depthwise
    }
  }

  @inline(__always)
  public mutating func visitFields(_ visitor: inout some FieldVisitor) {
    visitor.reads(&input)
    visitor.writes(&output, .optional)
    visitor.writes(&scores, .optional)
    visitor.reads(&residual, [.optional, .inPlace])
    visitor.word(&kernelHeight)
    visitor.word(&kernelWidth)
    visitor.word(&strideY)
    visitor.word(&strideX)
    visitor.word(&dilationY)
    visitor.word(&dilationX)
    visitor.word(&padTop)
    visitor.word(&padLeft)
    visitor.word(&groups)
    visitor.word(&outputChannels)
    visitor.word(&rowSegments)
    visitor.weights(&weights)
    visitor.constants(&initial)
    visitor.constants(&multiplier)
    visitor.constants(&scoresMultiplier)
    visitor.word(&low)
    visitor.word(&high)
    visitor.word(&residualMultiplier)
    visitor.word(&scoresResidualMultiplier)
    visitor.word(&lowFloat)
    visitor.word(&highFloat)
    visitor.word(&proofs)
    visitor.word(&function)
    if function == ResultFunction.slopes.rawValue || function == ResultFunction.pieces.rawValue {
      visitor.constants(&functionValues)
    } else {
      visitor.word(&functionValues)
    }
    visitor.word(&functionOffset)
    visitor.word(&alpha)
    visitor.word(&beta)
  }
}
