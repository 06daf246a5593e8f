/// Builds little-endian records: the counterpart of `ByteReader`.
public struct ByteWriter {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func u8(_ value: UInt8) { bytes.append(value) }

  public mutating func u16(_ value: UInt16) {
    u8(UInt8(truncatingIfNeeded: value))
    u8(UInt8(truncatingIfNeeded: value >> 8))
  }

  public mutating func u32(_ value: UInt32) {
    u16(UInt16(truncatingIfNeeded: value))
    u16(UInt16(truncatingIfNeeded: value >> 16))
  }

  public mutating func i32(_ value: Int32) { u32(UInt32(bitPattern: value)) }

  public mutating func u64(_ value: UInt64) {
    u32(UInt32(truncatingIfNeeded: value))
    u32(UInt32(truncatingIfNeeded: value >> 32))
  }

  public mutating func f32(_ value: Float) { u32(value.bitPattern) }

  public mutating func raw(_ more: [UInt8]) { bytes.append(contentsOf: more) }

  /// A UTF-8 string of a u16 length and its bytes. False, and nothing written, where it is longer than 65,535 bytes.
  @discardableResult public mutating func string(_ utf8: [UInt8]) -> Bool {
    guard utf8.count <= Int(UInt16.max) else { return false }
    u16(UInt16(utf8.count))
    raw(utf8)
    return true
  }

  /// Zeros until the length is a multiple of `alignment`.
  public mutating func align(_ alignment: Int) {
    while bytes.count % alignment != 0 { u8(0) }
  }
}

extension ByteWriter: ByteVisitor {
  public mutating func field(_ value: inout UInt8) { u8(value) }
  public mutating func field(_ value: inout UInt16) { u16(value) }
  public mutating func field(_ value: inout UInt32) { u32(value) }
  public mutating func field(_ value: inout UInt64) { u64(value) }

  public mutating func string(_ value: inout ByteView) {
    u16(UInt16(clamping: value.count))
    raw(value)
  }

  public mutating func strings(_ value: inout ByteView, count: UInt32) { raw(value) }
  public mutating func bytes(_ value: inout ByteView, count: Int64) { raw(value) }
  public mutating func list<Record: ByteRecord>(_ values: inout [Record], count: UInt32, size: Int64) {
    for value in values { value.write(to: &self) }
  }

  public mutating func zeros(_ count: Int64) { for _ in 0..<count { u8(0) } }
  public mutating func align(_ alignment: Int64) { align(Int(alignment)) }
  public mutating func goesOn(_ holdsMore: Bool) -> Bool { holdsMore }
  public mutating func refuse() {}

  private mutating func raw(_ view: ByteView) { bytes.append(contentsOf: view.bytes) }
}

/// Views of arrays, for records that are written from arrays; they are valid in `body` only.
func withViews<Result>(_ arrays: [[UInt8]], _ body: ([ByteView]) -> Result) -> Result {
  Array(arrays.joined()).withUnsafeBytes { all in
    var start = 0
    let views = arrays.map { array in
      defer { start += array.count }
      return ByteView(UnsafeRawBufferPointer(rebasing: all[start..<start + array.count]))
    }
    return body(views)
  }
}
