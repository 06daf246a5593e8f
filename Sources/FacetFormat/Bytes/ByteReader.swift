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
  // Of every field of every record: its code once.
  @inline(never)
  public mutating func u32() -> UInt32 { take(view.u32(offset), 4, 0) }
  public mutating func i32() -> Int32 { Int32(bitPattern: u32()) }
  public mutating func u64() -> UInt64 { take(view.u64(offset), 8, 0) }
  public mutating func f32() -> Float { Float(bitPattern: u32()) }

  /// `length` bytes; an empty view after a failure.
  @inline(never)
  public mutating func part(_ length: Int64) -> ByteView {
    take(view.part(offset: offset, length: length), length, .empty)
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

extension ByteReader: ByteVisitor {
  public mutating func field(_ value: inout UInt8) { value = u8() }
  public mutating func field(_ value: inout UInt16) { value = u16() }
  public mutating func field(_ value: inout UInt32) { value = u32() }
  public mutating func field(_ value: inout UInt64) { value = u64() }
  public mutating func string(_ value: inout ByteView) { value = string() }

  public mutating func strings(_ value: inout ByteView, count: UInt32) {
    let start = offset
    for _ in 0..<count { _ = string() }
    value = view.part(offset: start, length: offset - start) ?? .empty
  }

  public mutating func bytes(_ value: inout ByteView, count: Int64) { value = part(count) }
  /// Refuses a count that cannot fit what is left before any memory is taken.
  public mutating func list<Record: ByteRecord>(_ values: inout [Record], count: UInt32, size: Int64) {
    guard !failed, Int64(count) * size <= view.count - offset, let read = records(count, { Record(reading: &$0) }) else { return refuse() }
    values = read
  }

  public mutating func zeros(_ count: Int64) { _ = part(count) }
  public mutating func align(_ alignment: Int64) { _ = part((alignment - offset % alignment) % alignment) }
  public mutating func goesOn(_ holdsMore: Bool) -> Bool { !failed && offset < view.count }
  public mutating func refuse() { failed = true }
}
