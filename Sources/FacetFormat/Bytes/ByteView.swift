/// Bytes of a bundle, read only through checked accessors: nothing outside `bytes` is ever touched.
///
/// Little-endian, no alignment needed. A read outside gives nil. Sizes and offsets are Int64, so that no sum of two values of
/// 32 or 48 bits overflows, also where `Int` has 32 bits.
public struct ByteView {
  /// Valid as long as the mapped file or buffer it came from.
  public let bytes: UnsafeRawBufferPointer

  public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// No bytes.
  public static var empty: ByteView { ByteView(UnsafeRawBufferPointer(start: nil, count: 0)) }

  public var count: Int64 { Int64(bytes.count) }

  /// The part of `length` bytes at `offset`, or nil where it does not lie inside.
  public func part(offset: Int64, length: Int64) -> ByteView? {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return nil }
    return ByteView(UnsafeRawBufferPointer(rebasing: bytes[Int(offset)..<Int(offset + length)]))
  }

  public func u8(_ offset: Int64) -> UInt8? {
    guard offset >= 0, offset < count else { return nil }
    return bytes[Int(offset)]
  }

  public func u16(_ offset: Int64) -> UInt16? {
    guard offset >= 0, offset <= count - 2 else { return nil }
    return UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: Int(offset), as: UInt16.self))
  }

  public func u32(_ offset: Int64) -> UInt32? {
    guard offset >= 0, offset <= count - 4 else { return nil }
    return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: Int(offset), as: UInt32.self))
  }

  public func u64(_ offset: Int64) -> UInt64? {
    guard offset >= 0, offset <= count - 8 else { return nil }
    return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: Int(offset), as: UInt64.self))
  }

  public func f32(_ offset: Int64) -> Float? {
    guard let bits = u32(offset) else { return nil }
    return Float(bitPattern: bits)
  }
}
