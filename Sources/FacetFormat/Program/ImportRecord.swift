/// A tensor that a fragment reads but another one computes. It stands in the importing fragment's table as one of the first
/// records, equal to the exporter's but for its storage.
public struct ImportRecord: Equatable, Sendable {
  public static let size: Int64 = 8
  public var fragment: UInt32 = 0
  public var tensor: UInt32 = 0

  public init() {}

  public init(fragment: UInt32, tensor: UInt32) {
    self.fragment = fragment
    self.tensor = tensor
  }
}

extension ImportRecord: ByteRecord {
  public mutating func visitFields(_ visitor: inout some ByteVisitor) {
    visitor.field(&fragment)
    visitor.field(&tensor)
  }
}
