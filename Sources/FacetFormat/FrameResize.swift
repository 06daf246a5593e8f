// From a decoded 8-bit frame to the bytes that a network reads: crop or letterbox, resize, colour order.
//
// The one definition, for the workstation and for the boards: integers only, so the same bytes on every CPU. It
// allocates nothing, and refuses bad arguments by its result.
//
// The filter is the separable triangle of Pillow's `Image.resize(BILINEAR)`: bilinear when enlarging, and widened by
// the ratio when shrinking, so that every source pixel counts. Rows first, rounded to 8 bits, then columns. For a row
// of n pixels made m pixels wide, source pixel x has in output pixel i the weight
//     max(0, 2·max(n, m) − |(2x+1)·m − (2i+1)·n|)
// an exact integer. Weights are quantised to 1/16384 by rounding their running sum: each is within one unit of its
// exact value, their sum is exactly 16384, and errors do not add up over the many taps of a strong reduction.

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

/// What became of a call of `resizeFrame`.
public enum FrameResizeStatus: UInt32, Sendable {
  case done = 0
  /// A side is not within 1 ... `frameMaximumSide`, or the channels are neither 1 nor 3, or the stride is too small.
  case badFrame = 1
  /// The region is empty or leaves the frame.
  case badRegion = 2
  /// A side of the destination is not within 1 ... `frameMaximumSide`.
  case badDestination = 3
  case scratchTooSmall = 4
}

/// Longest side of a frame and of a network's input, in pixels.
public let frameMaximumSide = 16384

/// Which part of a frame lands in which part of the network's input.
public struct FrameGeometry: Equatable, Sendable {
  /// In the frame.
  public let source: FrameRegion
  /// In the network's input; what lies outside is filled.
  public let destination: FrameRegion

  /// Nil when a side is not within 1 ... `frameMaximumSide` or the region starts elsewhere than in
  /// 0 ..< `frameMaximumSide`.
  public init?(region: FrameRegion, width: Int, height: Int, rule: ResizeRule) {
    guard sideIsValid(region.width), sideIsValid(region.height), sideIsValid(width), sideIsValid(height),
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

/// Bytes of scratch that suffice for `resizeFrame` with any region of any frame of at most the given size, under any
/// rule and colour order; nil when a side is not within 1 ... `frameMaximumSide` or the sum does not fit in memory.
public func frameResizeScratchSize(
  maximumWidth: Int, maximumHeight: Int, destinationWidth: Int, destinationHeight: Int
) -> Int? {
  guard sideIsValid(maximumWidth), sideIsValid(maximumHeight), sideIsValid(destinationWidth),
    sideIsValid(destinationHeight)
  else { return nil }
  // A letterbox of a flat region may end up one row high; its taps are bounded by the other side's ratio.
  let across = 3 * maximumWidth / destinationWidth + 2
  let down = 2 * maximumHeight / destinationHeight + 2
  let rows = min(maximumHeight, max(across, down))
  let weights = 2 * max(maximumWidth, destinationWidth) + destinationWidth
  return ScratchLayout(columns: destinationWidth, channels: 3, weights: weights, rows: rows, sourceWidth: maximumWidth)
    .byteCount
}

/// Writes the `region` of `source` to `destination` as `height` rows of `width` pixels of `color.channels` bytes.
///
/// - Parameters:
///   - destination: `width * height * color.channels` bytes, which overlap neither the source nor the scratch.
///   - fill: the value of every channel where a letterbox leaves the input empty.
///   - scratch: at least `frameResizeScratchSize` bytes, any alignment; its content before and after has no meaning.
/// - Returns: `.done`; otherwise nothing has been written.
public func resizeFrame(
  _ source: FrameSource, region: FrameRegion, destination: UnsafeMutablePointer<UInt8>, width: Int, height: Int,
  rule: ResizeRule, color: ColorOrder, fill: UInt8, scratch: UnsafeMutableRawBufferPointer
) -> FrameResizeStatus {
  guard sideIsValid(source.width), sideIsValid(source.height), source.channels == 1 || source.channels == 3,
    source.rowStride >= source.width * source.channels,
    !source.rowStride.multipliedReportingOverflow(by: source.height).overflow
  else { return .badFrame }
  guard region.x >= 0, region.y >= 0, region.width > 0, region.height > 0, region.x < source.width,
    region.y < source.height, region.width <= source.width - region.x, region.height <= source.height - region.y
  else { return .badRegion }
  guard let geometry = FrameGeometry(region: region, width: width, height: height, rule: rule) else {
    return .badDestination
  }
  let part = geometry.destination
  let from = geometry.source
  let channels = color == .gray ? 1 : source.channels
  let acrossTaps = tapCount(from.width, part.width)
  let downTaps = min(tapCount(from.height, part.height), from.height)
  let layout = ScratchLayout(
    columns: part.width, channels: channels, weights: part.width * acrossTaps, rows: downTaps, sourceWidth: from.width)
  guard let base = scratch.baseAddress, let needed = layout.byteCount, needed <= scratch.count else {
    return .scratchTooSmall
  }

  let aligned = base.alignedUp(toMultipleOf: 8)
  let sums = aligned.bindMemory(to: Int32.self, capacity: layout.lineBytes)
  let starts = (aligned + layout.starts).bindMemory(to: Int32.self, capacity: 2 * part.width)
  let weights = (aligned + layout.weights).bindMemory(to: Int16.self, capacity: part.width * acrossTaps)
  let downWeights = (aligned + layout.downWeights).bindMemory(to: Int16.self, capacity: downTaps)
  let gray = (aligned + layout.gray).bindMemory(to: UInt8.self, capacity: from.width)
  let ring = (aligned + layout.ring).bindMemory(to: UInt8.self, capacity: downTaps * layout.lineBytes)

  if part.width != from.width {
    for column in 0..<part.width {
      let taps = makeTaps(column, from.width, part.width, weights + column * acrossTaps)
      starts[2 * column] = Int32(truncatingIfNeeded: taps.first)
      starts[2 * column + 1] = Int32(truncatingIfNeeded: taps.count)
    }
  }
  if part.width != width || part.height != height {
    destination.update(repeating: fill, count: width * height * color.channels)
  }
  // Source rows are narrowed once, in order, into a ring that holds the rows one output row needs.
  var nextRow = 0
  for row in 0..<part.height {
    let taps = makeTaps(row, from.height, part.height, downWeights)
    while nextRow < taps.first + taps.count {
      let line = ring + (nextRow % downTaps) * layout.lineBytes
      var pixels = source.pixels + (from.y + nextRow) * source.rowStride + from.x * source.channels
      if color == .gray && source.channels == 3 {
        convertToGray(pixels, gray, from.width)
        pixels = UnsafePointer(gray)
      }
      if part.width == from.width {
        line.update(from: pixels, count: layout.lineBytes)
      } else {
        narrow(pixels, channels, starts, weights, acrossTaps, line, part.width)
      }
      nextRow += 1
    }
    sums.update(repeating: 8192, count: layout.lineBytes)
    for tap in 0..<taps.count {
      let line = ring + ((taps.first + tap) % downTaps) * layout.lineBytes
      let weight = Int32(downWeights[tap])
      for i in 0..<layout.lineBytes { sums[i] &+= weight &* Int32(line[i]) }
    }
    let out = destination + ((part.y + row) * width + part.x) * color.channels
    write(sums, channels, out, part.width, color)
  }
  return .done
}

/// Where each table lies in the scratch: offsets in bytes from its first multiple of 8.
private struct ScratchLayout {
  /// One resized row: columns times channels. The sums, 4 bytes each, come first.
  var lineBytes: Int
  var starts = 0
  var weights = 0
  var downWeights = 0
  var gray = 0
  var ring = 0
  /// Nil when it is more than an Int32 counts, which is what a 32-bit board could address.
  var byteCount: Int?

  init(columns: Int, channels: Int, weights weightCount: Int, rows: Int, sourceWidth: Int) {
    lineBytes = columns * channels
    starts = 4 * lineBytes
    weights = starts + 8 * columns
    downWeights = weights + 2 * weightCount
    gray = downWeights + 2 * rows
    ring = gray + sourceWidth
    let total = Int64(ring) + Int64(rows) * Int64(lineBytes) + 8
    byteCount = total <= Int64(Int32.max) ? Int(total) : nil
  }
}

@inline(__always)
private func sideIsValid(_ side: Int) -> Bool { side > 0 && side <= frameMaximumSide }

/// `side * numerator / denominator`, rounded, within 1 ... limit.
private func scaled(_ side: Int, by numerator: Int, over denominator: Int, atMost limit: Int) -> Int {
  min(max((2 * side * numerator + denominator) / (2 * denominator), 1), limit)
}

/// The most source pixels that count in one of `m` output pixels made from `n`.
private func tapCount(_ n: Int, _ m: Int) -> Int { n == m ? 1 : (2 * max(n, m) + m - 1) / m }

/// Weights of output pixel `i` of `m` over a row of `n` pixels, in 1/16384: from which pixel on, and how many.
private func makeTaps(_ i: Int, _ n: Int, _ m: Int, _ weights: UnsafeMutablePointer<Int16>) -> (first: Int, count: Int) {
  // In units of half an output pixel of the source; all below 2^31, sums of weights below 2^47.
  let step = Int64(m)
  let support = 2 * Int64(max(n, m))
  let center = Int64(2 * i + 1) * Int64(n)
  let low = center - support
  let first = low < 0 ? 0 : Int((low / step + 1) / 2)
  let last = min(n - 1, Int(((center + support - 1) / step - 1) / 2))
  var total: Int64 = 0
  for x in first...last {
    let distance = Int64(2 * x + 1) * step - center
    total += support - (distance < 0 ? -distance : distance)
  }
  var sum: Int64 = 0
  var before: Int64 = 0
  for x in first...last {
    let distance = Int64(2 * x + 1) * step - center
    sum += support - (distance < 0 ? -distance : distance)
    let upTo = (sum * 16384 + total / 2) / total
    weights[x - first] = Int16(truncatingIfNeeded: upTo - before)
    before = upTo
  }
  return (first, last - first + 1)
}

private func convertToGray(_ rgb: UnsafePointer<UInt8>, _ gray: UnsafeMutablePointer<UInt8>, _ count: Int) {
  for i in 0..<count {
    let sum = 77 &* UInt32(rgb[3 &* i]) &+ 150 &* UInt32(rgb[3 &* i &+ 1]) &+ 29 &* UInt32(rgb[3 &* i &+ 2])
    gray[i] = UInt8(truncatingIfNeeded: (sum &+ 128) >> 8)
  }
}

/// One row of `columns` pixels from a row of the source.
private func narrow(
  _ pixels: UnsafePointer<UInt8>, _ channels: Int, _ starts: UnsafePointer<Int32>, _ weights: UnsafePointer<Int16>,
  _ stride: Int, _ line: UnsafeMutablePointer<UInt8>, _ columns: Int
) {
  for column in 0..<columns {
    let from = pixels + Int(starts[2 &* column]) &* channels
    let taps = weights + column &* stride
    let count = Int(starts[2 &* column &+ 1])
    var a: Int32 = 8192
    if channels == 1 {
      for tap in 0..<count { a &+= Int32(taps[tap]) &* Int32(from[tap]) }
      line[column] = UInt8(truncatingIfNeeded: a >> 14)
      continue
    }
    var b = a
    var c = a
    for tap in 0..<count {
      let weight = Int32(taps[tap])
      a &+= weight &* Int32(from[3 &* tap])
      b &+= weight &* Int32(from[3 &* tap &+ 1])
      c &+= weight &* Int32(from[3 &* tap &+ 2])
    }
    line[3 &* column] = UInt8(truncatingIfNeeded: a >> 14)
    line[3 &* column &+ 1] = UInt8(truncatingIfNeeded: b >> 14)
    line[3 &* column &+ 2] = UInt8(truncatingIfNeeded: c >> 14)
  }
}

/// One row of sums, rounded already, in the wanted colour order.
private func write(
  _ sums: UnsafePointer<Int32>, _ channels: Int, _ out: UnsafeMutablePointer<UInt8>, _ columns: Int,
  _ color: ColorOrder
) {
  if channels == color.channels && color != .bgr {
    for i in 0..<columns &* channels { out[i] = UInt8(truncatingIfNeeded: sums[i] >> 14) }
    return
  }
  for column in 0..<columns {
    let at = channels == 1 ? column : 3 &* column
    let red = channels == 1 ? at : at &+ 2
    let green = channels == 1 ? at : at &+ 1
    out[3 &* column] = UInt8(truncatingIfNeeded: sums[red] >> 14)
    out[3 &* column &+ 1] = UInt8(truncatingIfNeeded: sums[green] >> 14)
    out[3 &* column &+ 2] = UInt8(truncatingIfNeeded: sums[at] >> 14)
  }
}
