/// A tensor where a branch leaves, by the name that the model gives it: a result that can be read, and an input to start from.
///
/// The section is a count u32, then for each: fragment u32, tensor u32 (one that the fragment computes), name string.
public struct ForkRecord {
  /// Of a name, in UTF-8.
  public static let maximumNameBytes = 1024
  public static let maximumCount: UInt32 = 1024

  public var fragment: UInt32 = 0
  public var tensor: UInt32 = 0
  public var name = ByteView.empty

  public init() {}

  public static func write(to writer: inout ByteWriter, fragment: UInt32, tensor: UInt32, name: [UInt8]) {
    withViews([name]) { views in
      var record = ForkRecord()
      (record.fragment, record.tensor, record.name) = (fragment, tensor, views[0])
      record.write(to: &writer)
    }
  }
}

extension ForkRecord: ByteRecord {
  public mutating func visitFields(_ visitor: inout some ByteVisitor) {
    visitor.field(&fragment)
    visitor.field(&tensor)
    visitor.string(&name)
  }
}
