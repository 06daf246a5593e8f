import FacetFormat

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
  return ScratchLayout(
    columns: destinationWidth, channels: 3, weights: weights, rows: rows, sourceWidth: maximumWidth
  )
  .byteCount
}

/// Where each table lies in the scratch: offsets in bytes from its first multiple of 8.
struct ScratchLayout {
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
