/// What a normalization takes the mean and the variance of.
public enum NormalizationScope: UInt32, Sendable, CaseIterable {
  /// The channels of a group in one pixel.
  case pixel = 0
  /// The channels of a group in all pixels.
  case allPixels = 1
}

/// Elements less their mean, over their standard deviation, times a scale, plus a shift for each channel: layer, group, instance and RMS
/// normalization. int8 gives int8 or float32, float32 gives float32.
public struct NormalizationRecord: Sendable {
  public var input: UInt32 = BundleFormat.none
  public var output: UInt32 = BundleFormat.none
  /// 1: over the root of the mean of squares, without a mean (RMS).
  public var isRootMeanSquare: UInt32 = 0
  /// `NormalizationScope`.
  public var scope: UInt32 = 0
  /// Groups of channels, each normalized alone.
  public var groups: UInt32 = 1
  /// 1, or the number of pixels as which a plain tensor is seen: its elements divided by it are the channels.
  public var pixels: UInt32 = 1
  /// f32 array in the constants, one for each channel; for an int8 result in units of its scale.
  public var gamma: UInt32 = BundleFormat.none
  /// As `gamma`.
  public var beta: UInt32 = BundleFormat.none
  /// Added to the variance; positive.
  public var epsilon: Float = 1e-5
  public var low: Int32 = -128
  public var high: Int32 = 127
  public var lowFloat: Float = -.infinity
  public var highFloat: Float = .infinity

  public init() {}
}

extension NormalizationRecord: InstructionRecord {
  public var number: Opcode { .normalize }

  @inline(__always)
  public mutating func visitFields(_ visitor: inout some FieldVisitor) {
    visitor.reads(&input, .inPlace)
    visitor.writes(&output)
    visitor.word(&isRootMeanSquare)
    visitor.word(&scope)
    visitor.word(&groups)
    visitor.word(&pixels)
    visitor.constants(&gamma)
    visitor.constants(&beta)
    visitor.word(&epsilon)
    visitor.word(&low)
    visitor.word(&high)
    visitor.word(&lowFloat)
    visitor.word(&highFloat)
  }
}
