import FacetFormat

/// Which part of a frame lands in which part of the network's input.
public struct FrameGeometry: Equatable, Sendable {
  /// In the frame.
  public let source: FrameRegion
  /// In the network's input; what lies outside is filled.
  public let destination: FrameRegion

  /// Nil when a side is not within 1 ... `frameMaximumSide` or the region starts elsewhere than in
  /// 0 ..< `frameMaximumSide`.
  public init?(region: FrameRegion, width: Int, height: Int, rule: ResizeRule) {
    guard sideIsValid(region.width), sideIsValid(region.height), sideIsValid(width),
      sideIsValid(height),
      region.x >= 0, region.y >= 0, region.x < frameMaximumSide, region.y < frameMaximumSide
    else { return nil }
    var source = region
    var destination = FrameRegion(x: 0, y: 0, width: width, height: height)
    // Products of two sides are at most 2^28.
    let regionIsWider = region.width * height > region.height * width
    switch rule {
    case .stretch: break
    case .crop where regionIsWider:
      source.width = scaled(region.height, by: width, over: height, atMost: region.width)
      source.x += (region.width - source.width) / 2
    case .crop:
      source.height = scaled(region.width, by: height, over: width, atMost: region.height)
      source.y += (region.height - source.height) / 2
    case .letterbox where regionIsWider:
      destination.height = scaled(region.height, by: width, over: region.width, atMost: height)
      destination.y = (height - destination.height) / 2
    case .letterbox:
      destination.width = scaled(region.width, by: height, over: region.height, atMost: width)
      destination.x = (width - destination.width) / 2
    }
    self.source = source
    self.destination = destination
  }
}

@inline(__always)
func sideIsValid(_ side: Int) -> Bool { side > 0 && side <= frameMaximumSide }

/// `side * numerator / denominator`, rounded, within 1 ... limit.
private func scaled(_ side: Int, by numerator: Int, over denominator: Int, atMost limit: Int) -> Int {
  min(max((2 * side * numerator + denominator) / (2 * denominator), 1), limit)
}
