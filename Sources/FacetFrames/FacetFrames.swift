// FacetFrames: from a decoded 8-bit frame to the bytes that a network reads: crop or letterbox, resize, colour order.
//
// The one definition, for the workstation and for the boards: integers only, so the same bytes on every CPU. It allocates nothing, and
// refuses bad arguments by its result.
import FacetFormat

/// How a network takes frames: its input's size and colour, and what becomes of a part of another shape.
public struct FramePreparation: Equatable, Sendable {
  /// Of the network's input.
  public let width: Int
  public let height: Int
  public let rule: ResizeRule
  public let color: ColorOrder
  /// The value of every channel where a letterbox leaves the input empty.
  public let fill: UInt8

  public init(width: Int, height: Int, rule: ResizeRule, color: ColorOrder, fill: UInt8) {
    self.width = width
    self.height = height
    self.rule = rule
    self.color = color
    self.fill = fill
  }

  /// What a bundle says of its frames; nil where its input takes tensors only, or has a rule that this version does not know.
  public init?(_ input: InputRecord) {
    guard input.isImage, let rule = ResizeRule(rawValue: input.resizeRule),
      let color = ColorOrder(rawValue: input.colorOrder)
    else { return nil }
    self.init(
      width: Int(input.width), height: Int(input.height), rule: rule, color: color, fill: UInt8(truncatingIfNeeded: input.fill))
  }

  /// Of the pixels that the network reads.
  public var byteCount: Int { width * height * color.channels }

  /// Bytes of scratch that suffice for any region of frames of at most the given size; nil where that size is not usable.
  public func scratchSize(maximumWidth: Int, maximumHeight: Int) -> Int? {
    frameResizeScratchSize(
      maximumWidth: maximumWidth, maximumHeight: maximumHeight, destinationWidth: width, destinationHeight: height)
  }

  /// Writes a part of a frame as the network reads it.
  ///
  /// - Parameters:
  ///   - region: the part to look at; nil for the whole frame.
  ///   - destination: `byteCount` bytes, which overlap neither the frame nor the scratch.
  ///   - scratch: at least `scratchSize` bytes, any alignment.
  /// - Returns: `.done`; otherwise nothing has been written.
  public func write(
    _ frame: FrameSource, region: FrameRegion?, to destination: UnsafeMutablePointer<UInt8>, scratch: UnsafeMutableRawBufferPointer
  ) -> FrameResizeStatus {
    resizeFrame(
      frame, region: region ?? FrameRegion(x: 0, y: 0, width: frame.width, height: frame.height), destination: destination, width: width,
      height: height, rule: rule, color: color, fill: fill, scratch: scratch)
  }
}
