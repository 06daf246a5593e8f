import FacetFormat

/// One row of RGB as luma (`ColorOrder.gray`).
func convertToGray(_ rgb: UnsafePointer<UInt8>, _ gray: UnsafeMutablePointer<UInt8>, _ count: Int) {
  for i in 0..<count {
    let sum =
      77 &* UInt32(rgb[3 &* i]) &+ 150 &* UInt32(rgb[3 &* i &+ 1]) &+ 29 &* UInt32(rgb[3 &* i &+ 2])
    gray[i] = UInt8(truncatingIfNeeded: (sum &+ 128) >> 8)
  }
}

/// One row of sums, rounded already, in the wanted colour order.
func write(
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
