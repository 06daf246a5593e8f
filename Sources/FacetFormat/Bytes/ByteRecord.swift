/// A record of a section: fields at places that `visitFields` states once, for reading and for writing.
public protocol ByteRecord {
  init()

  /// Names every field, in the order in which they stand in the file.
  mutating func visitFields(_ visitor: inout some ByteVisitor)
}

/// Goes through the fields of a record: `ByteReader` sets them, `ByteWriter` takes them.
public protocol ByteVisitor {
  mutating func field(_ value: inout UInt8)
  mutating func field(_ value: inout UInt16)
  mutating func field(_ value: inout UInt32)
  mutating func field(_ value: inout UInt64)
  /// A UTF-8 string of a u16 length and its bytes.
  mutating func string(_ value: inout ByteView)
  /// So many strings, one after the other.
  mutating func strings(_ value: inout ByteView, count: UInt32)
  /// `count` bytes; a negative count is refused.
  mutating func bytes(_ value: inout ByteView, count: Int64)
  /// `count` records of at least `size` bytes each.
  mutating func list<Record: ByteRecord>(_ values: inout [Record], count: UInt32, size: Int64)
  /// Bytes that mean nothing: written as zeros, passed over when read.
  mutating func zeros(_ count: Int64)
  /// Zeros until a multiple of `alignment` from where the record's section begins.
  mutating func align(_ alignment: Int64)
  /// Whether more fields follow: the reader sees that from the bytes left, the writer by what the record holds.
  mutating func goesOn(_ holdsMore: Bool) -> Bool
  /// What has been read is not such a record.
  mutating func refuse()
}

extension ByteVisitor {
  mutating func field(_ value: inout Int32) {
    var bits = UInt32(bitPattern: value)
    field(&bits)
    value = Int32(bitPattern: bits)
  }

  mutating func field(_ value: inout Float) {
    var bits = value.bitPattern
    field(&bits)
    value = Float(bitPattern: bits)
  }

  /// A number that stands for a case; any other is refused.
  mutating func field<Case: RawRepresentable<UInt32>>(_ value: inout Case) {
    var number = value.rawValue
    field(&number)
    if let known = Case(rawValue: number) { value = known } else { refuse() }
  }

  mutating func field<Case: RawRepresentable<UInt8>>(_ value: inout Case) {
    var number = value.rawValue
    field(&number)
    if let known = Case(rawValue: number) { value = known } else { refuse() }
  }

  mutating func field(_ value: inout SHA256.Digest) {
    for index in 0..<8 {
      var word = value.words[index].byteSwapped
      field(&word)
      value.words[index] = word.byteSwapped
    }
  }

  mutating func field(_ value: inout AttributeSet) {
    var word = value.word
    field(&word)
    value = AttributeSet(word)
  }
}

extension ByteRecord {
  /// Nil where the bytes are too few or not such a record.
  public init?(reading reader: inout ByteReader) {
    self.init()
    visitFields(&reader)
    if reader.failed { return nil }
  }

  /// The same of the bytes of a section.
  public init?(_ view: ByteView) {
    var reader = ByteReader(view)
    self.init(reading: &reader)
  }

  public func write(to writer: inout ByteWriter) {
    var record = self
    record.visitFields(&writer)
  }
}
