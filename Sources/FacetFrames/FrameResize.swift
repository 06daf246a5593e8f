import FacetFormat

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

/// Writes the `region` of `source` to `destination` as `height` rows of `width` pixels of `color.channels` bytes.
///
/// - Parameters:
///   - destination: `width * height * color.channels` bytes, which overlap neither the source nor the scratch.
///   - fill: the value of every channel where a letterbox leaves the input empty.
///   - scratch: at least `frameResizeScratchSize` bytes, any alignment; its content before and after has no meaning.
/// - Returns: `.done`; otherwise nothing has been written.
public func resizeFrame(
  _ source: FrameSource, region: FrameRegion, destination: UnsafeMutablePointer<UInt8>, width: Int,
  height: Int,
  rule: ResizeRule, color: ColorOrder, fill: UInt8, scratch: UnsafeMutableRawBufferPointer
) -> FrameResizeStatus {
  guard source.isUsable else { return .badFrame }
  guard region.lies(inWidth: source.width, height: source.height) else { return .badRegion }
  guard let geometry = FrameGeometry(region: region, width: width, height: height, rule: rule)
  else {
    return .badDestination
  }
  let part = geometry.destination
  let from = geometry.source
  let channels = color == .gray ? 1 : source.channels
  let acrossTaps = tapCount(from.width, part.width)
  let downTaps = min(tapCount(from.height, part.height), from.height)
  let layout = ScratchLayout(
    columns: part.width, channels: channels, weights: part.width * acrossTaps, rows: downTaps,
    sourceWidth: from.width)
  guard let base = scratch.baseAddress, let needed = layout.byteCount, needed <= scratch.count
  else {
    return .scratchTooSmall
  }

  let aligned = base.alignedUp(toMultipleOf: 8)
  let sums = aligned.bindMemory(to: Int32.self, capacity: layout.lineBytes)
  let starts = (aligned + layout.starts).bindMemory(to: Int32.self, capacity: 2 * part.width)
  let weights = (aligned + layout.weights).bindMemory(
    to: Int16.self, capacity: part.width * acrossTaps)
  let downWeights = (aligned + layout.downWeights).bindMemory(to: Int16.self, capacity: downTaps)
  let gray = (aligned + layout.gray).bindMemory(to: UInt8.self, capacity: from.width)
  let ring = (aligned + layout.ring).bindMemory(
    to: UInt8.self, capacity: downTaps * layout.lineBytes)

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
