import FacetFormat

/// Pixels as a camera or a decoder leaves them: rows of interleaved RGB (3 channels) or gray (1 channel).
public struct FrameSource {
  public var pixels: UnsafePointer<UInt8>
  public var width: Int
  public var height: Int
  /// Bytes from one row to the next, at least `width * channels`.
  public var rowStride: Int
  /// 3 or 1.
  public var channels: Int

  public init(pixels: UnsafePointer<UInt8>, width: Int, height: Int, rowStride: Int, channels: Int) {
    self.pixels = pixels
    self.width = width
    self.height = height
    self.rowStride = rowStride
    self.channels = channels
  }
}

extension FrameSource {
  /// Whether its sides, channels and stride are possible.
  var isUsable: Bool {
    sideIsValid(width) && sideIsValid(height) && (channels == 1 || channels == 3)
      && rowStride >= width * channels
      && !rowStride.multipliedReportingOverflow(by: height).overflow
  }
}
