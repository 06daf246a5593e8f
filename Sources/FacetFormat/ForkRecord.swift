/// A tensor where a branch leaves, by the name that the model gives it: a result that can be read, and an input to start from.
///
/// The section is a count u32, then for each: fragment u32, tensor u32 (one that the fragment computes), name string.
public struct ForkRecord {
  /// Of a name, in UTF-8.
  public static let maximumNameBytes = 1024
  public static let maximumCount: UInt32 = 1024

  public var fragment: UInt32
  public var tensor: UInt32
  public var name: ByteView

  public init?(reading reader: inout ByteReader) {
    fragment = reader.u32()
    tensor = reader.u32()
    name = reader.string()
    if reader.failed { return nil }
  }

  public static func write(to writer: inout ByteWriter, fragment: UInt32, tensor: UInt32, name: [UInt8]) {
    writer.u32(fragment)
    writer.u32(tensor)
    writer.string(name)
  }
}
