/// A rectangle of pixels, in the coordinates of its frame.
public struct FrameRegion: Equatable, Sendable {
  public var x: Int
  public var y: Int
  public var width: Int
  public var height: Int

  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }
}

extension FrameRegion {
  /// Whether it has pixels and all of them lie within a frame of this size.
  func lies(inWidth frameWidth: Int, height frameHeight: Int) -> Bool {
    x >= 0 && y >= 0 && width > 0 && height > 0 && x < frameWidth && y < frameHeight
      && width <= frameWidth - x && height <= frameHeight - y
  }

  /// What lies within a frame; nil where nothing does. A detector's box may reach over the border.
  ///
  /// Precondition: no number is larger than 2^30 either way.
  public func clipped(width frameWidth: Int, height frameHeight: Int) -> FrameRegion? {
    let (left, top) = (max(x, 0), max(y, 0))
    let (right, bottom) = (min(x + width, frameWidth), min(y + height, frameHeight))
    guard left < right, top < bottom else { return nil }
    return FrameRegion(x: left, y: top, width: right - left, height: bottom - top)
  }
}
