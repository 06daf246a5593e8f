import FacetFormat

/// How a kernel that works on each pixel's channels sees two tensors of one shape: as they are, or plain ones as `pixels` rows.
struct PixelRows {
  var height: Int32
  var width = Int32(1)
  var channels: Int32
  /// Bytes from a row, and from a pixel, to the next.
  var input: (row: Int, pixel: Int)
  var output: (row: Int, pixel: Int)

  init(_ input: TensorRecord, _ output: TensorRecord, pixels: UInt32) {
    channels = Int32(input.channels / pixels)
    self.input = (Int(input.rowStride), Int(input.pixelStride))
    self.output = (Int(output.rowStride), Int(output.pixelStride))
    if pixels > 1 {
      height = Int32(pixels)
      self.input.row = Int(channels) * Int(input.type.size)
      self.output.row = Int(channels) * Int(output.type.size)
    } else if input.height == 1 {
      // Pixels of one row are shared out as rows.
      height = Int32(input.width)
      (self.input.row, self.output.row) = (self.input.pixel, self.output.pixel)
    } else {
      (height, width) = (Int32(input.height), Int32(input.width))
    }
  }
}

extension InstructionChecker {
  /// What `PixelRows` relies on.
  func checkPixels(_ pixels: UInt32, _ input: TensorRecord, _ output: TensorRecord) throws(BundleError) {
    try require(output.hasShape(of: input), .shapeMismatch)
    try require(pixels >= 1, .badGeometry)
    if pixels > 1 { _ = (try plain(input, nil), try plain(output, nil)) }
    try require(input.channels % pixels == 0, .shapeMismatch)
  }
}
