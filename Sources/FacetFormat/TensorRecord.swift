/// Element types of tensors in the arena.
public enum TensorType: UInt32, Sendable {
  case int8 = 0
  case float32 = 1
  /// Bytes of an element.
  public var size: Int64 { self == .int8 ? 1 : 4 }
}

/// A tensor of a program: an NHWC view (batch 1) of a storage, with a border that its producer fills with the zero point.
///
/// 64 bytes: type, height, width, channels, border (top, left, bottom, right: u16), row stride, pixel stride, offset (bytes, from the
/// storage's start to interior pixel (0,0)), storage, scale f32, zero point i32, zeros.
public struct TensorRecord: Equatable, Sendable {
  public static let size: Int64 = 64

  public var type: TensorType = .int8
  public var height: UInt32 = 1
  public var width: UInt32 = 1
  public var channels: UInt32 = 1
  /// Pixels around the interior that exist in memory.
  public var borderTop: UInt16 = 0
  public var borderLeft: UInt16 = 0
  public var borderBottom: UInt16 = 0
  public var borderRight: UInt16 = 0
  /// Bytes from a pixel to the one below it, and to the one right of it.
  public var rowStride: UInt32 = 0
  public var pixelStride: UInt32 = 0
  public var offset: UInt32 = 0
  /// Index among the fragment's storages; `BundleFormat.none` for an imported tensor, which lies where its exporter put it.
  public var storage: UInt32 = BundleFormat.none
  /// int8: real = scale * (q - zeroPoint), q in [-128, 127]. float32: 1 and 0.
  public var scale: Float = 1
  public var zeroPoint: Int32 = 0

  public init() {}

  public init?(reading reader: inout ByteReader) {
    guard let type = TensorType(rawValue: reader.u32()) else { return nil }
    self.type = type
    height = reader.u32()
    width = reader.u32()
    channels = reader.u32()
    borderTop = reader.u16()
    borderLeft = reader.u16()
    borderBottom = reader.u16()
    borderRight = reader.u16()
    rowStride = reader.u32()
    pixelStride = reader.u32()
    offset = reader.u32()
    storage = reader.u32()
    scale = reader.f32()
    zeroPoint = reader.i32()
    _ = reader.part(16)
    if reader.failed { return nil }
  }

  public func write(to writer: inout ByteWriter) {
    writer.u32(type.rawValue)
    writer.u32(height)
    writer.u32(width)
    writer.u32(channels)
    writer.u16(borderTop)
    writer.u16(borderLeft)
    writer.u16(borderBottom)
    writer.u16(borderRight)
    writer.u32(rowStride)
    writer.u32(pixelStride)
    writer.u32(offset)
    writer.u32(storage)
    writer.f32(scale)
    writer.i32(zeroPoint)
    for _ in 0..<16 { writer.u8(0) }
  }

  /// The elements of the interior.
  public var elementCount: Int64 { Int64(height) * Int64(width) * Int64(channels) }
}

/// A tensor that a fragment reads but another one computes. It stands in the importing fragment's table as one of the first
/// records, equal to the exporter's but for its storage.
public struct ImportRecord: Equatable, Sendable {
  public static let size: Int64 = 8
  public var fragment: UInt32
  public var tensor: UInt32

  public init(fragment: UInt32, tensor: UInt32) {
    self.fragment = fragment
    self.tensor = tensor
  }

  public init?(reading reader: inout ByteReader) {
    fragment = reader.u32()
    tensor = reader.u32()
    if reader.failed { return nil }
  }

  public func write(to writer: inout ByteWriter) {
    writer.u32(fragment)
    writer.u32(tensor)
  }
}
