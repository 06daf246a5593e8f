/// On what condition an attribute is evaluated; without operations, always.
///
/// text string, operation count u32, operations.
public struct GateRecord {
  /// Of its text, in UTF-8.
  public static let maximumTextBytes = 1024

  /// The condition as the recipe has it, for people.
  public var text = ByteView.empty
  /// In postfix order.
  public var operations: [GateOperation] = []

  public init() {}

  public static func write(to writer: inout ByteWriter, text: [UInt8], operations: [GateOperation]) {
    withViews([text]) { views in
      var record = GateRecord()
      (record.text, record.operations) = (views[0], operations)
      record.write(to: &writer)
    }
  }
}

extension GateRecord: ByteRecord {
  public mutating func visitFields(_ visitor: inout some ByteVisitor) {
    visitor.string(&text)
    var count = UInt32(operations.count)
    visitor.field(&count)
    visitor.list(&operations, count: count, size: GateOperation.size)
  }
}
