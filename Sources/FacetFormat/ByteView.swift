/// Bytes of a bundle, read only through checked accessors: nothing outside `bytes` is ever touched.
///
/// Little-endian, no alignment needed. A read outside gives nil. Sizes and offsets are Int64, so that no sum of two values of
/// 32 or 48 bits overflows, also where `Int` has 32 bits.
public struct ByteView {
  /// Valid as long as the mapped file or buffer it came from.
  public let bytes: UnsafeRawBufferPointer

  public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

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

/// Reads fields one after the other from a `ByteView`. After a read outside, `failed` stays set and further reads give 0.
public struct ByteReader {
  public let view: ByteView
  public private(set) var offset: Int64
  public private(set) var failed = false

  public init(_ view: ByteView, at offset: Int64 = 0) {
    self.view = view
    self.offset = offset
  }

  private mutating func take<T>(_ value: T?, _ size: Int64, _ zero: T) -> T {
    guard !failed, let value else {
      failed = true
      return zero
    }
    offset += size
    return value
  }

  public mutating func u8() -> UInt8 { take(view.u8(offset), 1, 0) }
  public mutating func u16() -> UInt16 { take(view.u16(offset), 2, 0) }
  public mutating func u32() -> UInt32 { take(view.u32(offset), 4, 0) }
  public mutating func i32() -> Int32 { Int32(bitPattern: u32()) }
  public mutating func u64() -> UInt64 { take(view.u64(offset), 8, 0) }
  public mutating func f32() -> Float { Float(bitPattern: u32()) }

  /// `length` bytes; an empty view after a failure.
  public mutating func part(_ length: Int64) -> ByteView {
    take(view.part(offset: offset, length: length), length, ByteView(UnsafeRawBufferPointer(start: nil, count: 0)))
  }

  /// A UTF-8 string of a u16 length and its bytes.
  public mutating func string() -> ByteView { part(Int64(u16())) }

  /// `count` records; nil where one is none. The caller has made sure that so many fit in what is left, so that memory is bounded.
  public mutating func records<Record>(_ count: UInt32, _ read: (inout ByteReader) -> Record?) -> [Record]? {
    var isComplete = true
    let records = [Record](unsafeUninitializedCapacity: Int(count)) { buffer, initialized in
      while initialized < Int(count), let record = read(&self) {
        buffer.initializeElement(at: initialized, to: record)
        initialized += 1
      }
      isComplete = initialized == Int(count)
    }
    return isComplete ? records : nil
  }
}
