import FacetFormat

/// The border of a tensor in the arena and the byte that it is filled with.
///
/// int8: the zero point as stored. float32: 0.0, whose four bytes are 0.
struct BorderFill {
  /// Interior pixel (0,0).
  let base: UnsafeMutableRawPointer
  let tensor: TensorRecord
  let value: UInt8

  init(base: UnsafeMutableRawPointer, tensor: TensorRecord, storedUnsigned: Bool) {
    self.base = base
    self.tensor = tensor
    let zero = tensor.type == .int8 ? tensor.zeroPoint + (storedUnsigned ? 128 : 0) : 0
    value = UInt8(truncatingIfNeeded: zero)
  }

  func fill() {
    let (top, bottom) = (Int(tensor.borderTop), Int(tensor.borderBottom))
    let (left, right) = (Int(tensor.borderLeft), Int(tensor.borderRight))
    let (height, width) = (Int(tensor.height), Int(tensor.width))
    for y in -top..<(height + bottom) {
      if y < 0 || y >= height {
        fill(y, from: -left, count: left + width + right)
      } else {
        fill(y, from: -left, count: left)
        fill(y, from: width, count: right)
      }
    }
  }

  /// `count` pixels of row `y` from column `x` on.
  private func fill(_ y: Int, from x: Int, count: Int) {
    guard count > 0 else { return }
    let pixel = Int(tensor.pixelStride)
    let size = Int(tensor.channels) * Int(tensor.type.size)
    var place = base + (y * Int(tensor.rowStride) + x * pixel)
    if pixel == size {
      place.initializeMemory(as: UInt8.self, repeating: value, count: count * size)
      return
    }
    // Between the pixels of a view lie other tensors' channels.
    for _ in 0..<count {
      place.initializeMemory(as: UInt8.self, repeating: value, count: size)
      place += pixel
    }
  }
}
