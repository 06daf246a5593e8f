extension TensorRecord {
  /// The largest height, width or channel count.
  public static let maximumDimension: UInt32 = 1 << 24

  /// The first byte of the tensor, border included, and the one after its last, in its storage.
  ///
  /// All terms are products of two 32-bit numbers: nothing overflows.
  public var extent: (first: Int64, end: Int64) {
    let row = Int64(rowStride)
    let pixel = Int64(pixelStride)
    let first = Int64(offset) - Int64(borderTop) * row - Int64(borderLeft) * pixel
    let last = Int64(offset) + (Int64(height) - 1 + Int64(borderBottom)) * row + (Int64(width) - 1 + Int64(borderRight)) * pixel
    return (first, last + Int64(channels) * type.size)
  }

  public var hasBorder: Bool { borderTop | borderLeft | borderBottom | borderRight != 0 }

  /// Whether pixels follow each other without a gap.
  public var hasDensePixels: Bool { Int64(pixelStride) == Int64(channels) * type.size }

  /// Whether the interior's elements lie in canonical (NCHW) order without gaps.
  public var isCanonical: Bool {
    if height == 1 && width == 1 { return true }
    return channels == 1 && Int64(pixelStride) == type.size && (height == 1 || Int64(rowStride) == Int64(width) * type.size)
  }

  /// Whether shape, strides and quantization are possible: every count at least 1, rows that do not run into each other (the right border of
  /// one may be the left border of the next), numbers that fit 31 bits, float32 on multiples of 4.
  public var isValid: Bool {
    let limit = UInt32(Int32.max)
    guard height >= 1, width >= 1, channels >= 1 else { return false }
    guard height <= Self.maximumDimension, width <= Self.maximumDimension, channels <= Self.maximumDimension else { return false }
    guard rowStride <= limit, pixelStride <= limit, offset <= limit else { return false }
    guard Int64(pixelStride) >= Int64(channels) * type.size else { return false }
    let rows = Int64(height) + Int64(borderTop) + Int64(borderBottom)
    let columns = Int64(width) + Int64(max(borderLeft, borderRight))
    guard rows == 1 || Int64(rowStride) >= columns * Int64(pixelStride) else { return false }
    switch type {
    case .int8: return scale > 0 && scale < .infinity && zeroPoint >= -128 && zeroPoint <= 127
    case .float32: return zeroPoint == 0 && rowStride % 4 == 0 && pixelStride % 4 == 0 && offset % 4 == 0
    }
  }

  /// Whether an importing fragment's record describes this tensor: all but the storage is equal.
  public func isSameTensor(as other: TensorRecord) -> Bool {
    guard type == other.type, height == other.height, width == other.width, channels == other.channels else { return false }
    guard borderTop == other.borderTop, borderLeft == other.borderLeft else { return false }
    guard borderBottom == other.borderBottom, borderRight == other.borderRight else { return false }
    guard rowStride == other.rowStride, pixelStride == other.pixelStride, offset == other.offset else { return false }
    return scale.bitPattern == other.scale.bitPattern && zeroPoint == other.zeroPoint
  }

  public func hasShape(of other: TensorRecord) -> Bool {
    height == other.height && width == other.width && channels == other.channels
  }
}
