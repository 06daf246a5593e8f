/// How what the camera or file gives becomes the input tensor (always tensor `tensor` of fragment 0).
///
/// kind u32 (0 image, 1 tensor), tensor u32, height, width, channels u32, colour order u32, resize rule u32, fill u32 (byte for letterbox),
/// multiplier f32 (int8 programs: 1 / scale, for float input), table bytes u32, name string, then the table: per channel 256 entries,
/// u8 (q + 128) in an int8 program and f32 in a float32 one; empty where the kind is tensor, or where a mean image takes its place: zeros to
/// a multiple of 4, then f32 a factor for each channel and f32 means, height x width x channels. A pixel p becomes p * factor - mean, in an
/// int8 program in units of its scale.
public struct InputRecord {
  public static let image: UInt32 = 0
  public static let tensor: UInt32 = 1

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
  public var name: ByteView
  public var table: ByteView
  /// Of a mean image; both empty without one.
  public var factors = ByteView(UnsafeRawBufferPointer(start: nil, count: 0))
  public var means = ByteView(UnsafeRawBufferPointer(start: nil, count: 0))

  public init?(_ view: ByteView) {
    var reader = ByteReader(view)
    kind = reader.u32()
    tensor = reader.u32()
    height = reader.u32()
    width = reader.u32()
    channels = reader.u32()
    colorOrder = reader.u32()
    resizeRule = reader.u32()
    fill = reader.u32()
    multiplier = reader.f32()
    let tableBytes = reader.u32()
    name = reader.string()
    table = reader.part(Int64(tableBytes))
    if !reader.failed, reader.offset < view.count, kind == Self.image {
      _ = reader.part((4 - reader.offset % 4) % 4)
      factors = reader.part(Int64(channels) * 4)
      // Each factor is below 2^32, and their product is compared with what is there.
      let (pixels, wraps) = Int64(height).multipliedReportingOverflow(by: Int64(width))
      let (bytes, overflows) = pixels.multipliedReportingOverflow(by: Int64(channels) * 4)
      if wraps || overflows { return nil }
      means = reader.part(bytes)
    }
    if reader.failed { return nil }
  }

  public var hasMeanImage: Bool { means.count > 0 }

  /// The record with `name` (UTF-8) and `table` taken from arrays.
  ///
  /// - Parameter meanImage: factors and means, where there is one.
  public static func write(
    to writer: inout ByteWriter, kind: UInt32, tensor: UInt32, height: UInt32, width: UInt32, channels: UInt32, colorOrder: UInt32,
    resizeRule: UInt32, fill: UInt32, multiplier: Float, name: [UInt8], table: [UInt8],
    meanImage: (factors: [Float], means: [Float])? = nil
  ) {
    writer.u32(kind)
    writer.u32(tensor)
    writer.u32(height)
    writer.u32(width)
    writer.u32(channels)
    writer.u32(colorOrder)
    writer.u32(resizeRule)
    writer.u32(fill)
    writer.f32(multiplier)
    writer.u32(UInt32(table.count))
    writer.string(name)
    writer.raw(table)
    guard let meanImage else { return }
    writer.align(4)
    for value in meanImage.factors { writer.f32(value) }
    for value in meanImage.means { writer.f32(value) }
  }
}
