/// How a region takes on the aspect ratio of the network's input.
public enum ResizeRule: UInt32, Sendable {
  /// Both sides are scaled independently.
  case stretch = 0
  /// The largest centred part of the region with the wanted aspect ratio is kept.
  case crop = 1
  /// The whole region is kept and centred; the rest is filled with one value.
  case letterbox = 2
}

/// The channels that the network reads. Gray is (77·R + 150·G + 29·B + 128) >> 8 (ITU-R BT.601), taken before resizing.
public enum ColorOrder: UInt32, Sendable {
  case rgb = 0
  case bgr = 1
  case gray = 2

  /// Channels per pixel: 3, or 1 for gray.
  public var channels: Int { self == .gray ? 1 : 3 }
}

/// Longest side of a frame and of a network's input, in pixels.
public let frameMaximumSide = 16384
