/// How what the camera or file gives becomes the input tensor (always tensor `tensor` of fragment 0).
///
/// kind u32 (0 image, 1 tensor, 2 image with an offset, since version 2), tensor u32, height, width, channels u32, colour order u32, resize rule u32, fill u32 (byte for letterbox),
/// multiplier f32 (int8 programs: 1 / scale, for float input), table bytes u32, name string, then the table: per channel 256 entries,
/// u8 (q + 128) in an int8 program and f32 in a float32 one; empty where the kind is tensor, or where a mean image takes its place: zeros to
/// a multiple of 4, then f32 a factor for each channel and f32 means, height x width x channels. A pixel p becomes p * factor - mean, in an
/// int8 program in units of its scale. An offset f32, behind zeros to a multiple of 4, says where the real 0 lies between two codes:
/// real = scale * (q - zero point - offset).
public struct InputRecord {
  public static let image: UInt32 = 0
  public static let tensor: UInt32 = 1
  /// An image whose pixels all have a code of their own, so that 0 may have none.
  public static let offsetImage: UInt32 = 2

  /// Of its name, in UTF-8.
  public static let maximumNameBytes = 1024
  /// What a session computes of it must fit 31 bits, also as float32.
  public static let maximumElements = 1 << 28

  public var kind: UInt32 = InputRecord.tensor
  public var tensor: UInt32 = 0
  public var height: UInt32 = 1
  public var width: UInt32 = 1
  public var channels: UInt32 = 1
  public var colorOrder: UInt32 = 0
  public var resizeRule: UInt32 = 0
  public var fill: UInt32 = 0
  public var multiplier: Float = 0
  public var name = ByteView.empty
  public var table = ByteView.empty
  /// Of a mean image; both empty without one.
  public var factors = ByteView.empty
  public var means = ByteView.empty

  public init() {}

  /// Of int8 images of kind 2.
  public var offset: Float = 0

  public var isImage: Bool { kind == Self.image || kind == Self.offsetImage }
  public var hasMeanImage: Bool { means.count > 0 }

  /// The record with `name` (UTF-8) and `table` taken from arrays.
  ///
  /// - Parameter meanImage: factors and means, where there is one.
  public static func write(
    to writer: inout ByteWriter, kind: UInt32, tensor: UInt32, height: UInt32, width: UInt32, channels: UInt32, colorOrder: UInt32,
    resizeRule: UInt32, fill: UInt32, multiplier: Float, offset: Float = 0, name: [UInt8], table: [UInt8],
    meanImage: (factors: [Float], means: [Float])? = nil
  ) {
    var (factors, means) = (ByteWriter(), ByteWriter())
    for value in meanImage?.factors ?? [] { factors.f32(value) }
    for value in meanImage?.means ?? [] { means.f32(value) }
    withViews([name, table, factors.bytes, means.bytes]) { views in
      var record = InputRecord()
      (record.kind, record.tensor, record.offset) = (kind, tensor, offset)
      (record.height, record.width, record.channels) = (height, width, channels)
      (record.colorOrder, record.resizeRule, record.fill, record.multiplier) = (colorOrder, resizeRule, fill, multiplier)
      (record.name, record.table, record.factors, record.means) = (views[0], views[1], views[2], views[3])
      record.write(to: &writer)
    }
  }
}

extension InputRecord: ByteRecord {
  public mutating func visitFields(_ visitor: inout some ByteVisitor) {
    visitor.field(&kind)
    visitor.field(&tensor)
    visitor.field(&height)
    visitor.field(&width)
    visitor.field(&channels)
    visitor.field(&colorOrder)
    visitor.field(&resizeRule)
    visitor.field(&fill)
    visitor.field(&multiplier)
    var tableBytes = UInt32(clamping: table.count)
    visitor.field(&tableBytes)
    visitor.string(&name)
    visitor.bytes(&table, count: Int64(tableBytes))
    if kind == Self.offsetImage {
      visitor.align(4)
      visitor.field(&offset)
    }
    guard kind == Self.image, visitor.goesOn(hasMeanImage) else { return }
    visitor.align(4)
    visitor.bytes(&factors, count: Int64(channels) * 4)
    // Each factor is below 2^32, and their product is compared with what is there.
    let (pixels, wraps) = Int64(height).multipliedReportingOverflow(by: Int64(width))
    let (bytes, overflows) = pixels.multipliedReportingOverflow(by: Int64(channels) * 4)
    if wraps || overflows { return visitor.refuse() }
    visitor.bytes(&means, count: bytes)
  }
}
