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

  /// The elements of the interior.
  public var elementCount: Int64 { Int64(height) * Int64(width) * Int64(channels) }
}

extension TensorRecord: ByteRecord {
  public mutating func visitFields(_ visitor: inout some ByteVisitor) {
    visitor.field(&type)
    visitor.field(&height)
    visitor.field(&width)
    visitor.field(&channels)
    visitor.field(&borderTop)
    visitor.field(&borderLeft)
    visitor.field(&borderBottom)
    visitor.field(&borderRight)
    visitor.field(&rowStride)
    visitor.field(&pixelStride)
    visitor.field(&offset)
    visitor.field(&storage)
    visitor.field(&scale)
    visitor.field(&zeroPoint)
    visitor.zeros(16)
  }
}
