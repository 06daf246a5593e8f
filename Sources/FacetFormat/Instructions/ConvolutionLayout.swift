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
