/// What is known of a tensor where branches leave: its number is a hash of the computation in float32 that it stands for.
///
/// 80 bytes: fragment u32, tensor u32 (one that the fragment computes), form u32, zero u32, number (32 bytes), number in the model as it
/// was before folding (32 bytes; zeros where the value was not in it). Forms: 0 int8 and 1 float32 image, 2 int8 and 3 float32 plain.
public struct ForkNumberRecord {
  public static let size: Int64 = 80

  public var fragment: UInt32 = 0
  public var tensor: UInt32 = 0
  public var form: UInt32 = 0
  public var number = SHA256.Digest.none
  public var sourceNumber = SHA256.Digest.none

  public init() {}

  public init(fragment: UInt32, tensor: UInt32, form: UInt32, number: SHA256.Digest, sourceNumber: SHA256.Digest) {
    self.fragment = fragment
    self.tensor = tensor
    self.form = form
    self.number = number
    self.sourceNumber = sourceNumber
  }
}

extension ForkNumberRecord: ByteRecord {
  public mutating func visitFields(_ visitor: inout some ByteVisitor) {
    visitor.field(&fragment)
    visitor.field(&tensor)
    visitor.field(&form)
    if form > 3 { visitor.refuse() }
    visitor.zeros(4)
    visitor.field(&number)
    visitor.field(&sourceNumber)
  }
}

/// The number of an operator's result, shortened, with the operator's name: what tells where two networks part.
///
/// fragment u32, number u64 (the first 8 bytes of the hash, little-endian), name string.
public struct OperatorNumberRecord {
  public static let maximumNameBytes = 255
  /// Of a record with an empty name.
  public static let minimumSize: Int64 = 14

  public var fragment: UInt32 = 0
  public var number: UInt64 = 0
  public var name = ByteView.empty

  public init() {}

  public static func write(to writer: inout ByteWriter, fragment: UInt32, number: UInt64, name: [UInt8]) {
    withViews([name]) { views in
      var record = OperatorNumberRecord()
      (record.fragment, record.number, record.name) = (fragment, number, views[0])
      record.write(to: &writer)
    }
  }
}

extension OperatorNumberRecord: ByteRecord {
  public mutating func visitFields(_ visitor: inout some ByteVisitor) {
    visitor.field(&fragment)
    visitor.field(&number)
    visitor.string(&name)
  }
}
