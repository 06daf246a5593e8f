/// A memory plan: where each storage lies in the arena, for a set of attributes. Plan 0 serves every set in every order.
///
/// attributes u64, arena bytes u64, lower bound u64 (the largest live set, for people), storage count u32, zero u32, name string
/// (empty for plan 0), zeros to a multiple of 8, then the offset (u64, a multiple of 64) of each storage: those of fragment 0 first,
/// then those of fragment 1, … `unused` where no fragment of the plan uses it.
public struct PlanRecord {
  public static let unused: UInt64 = .max

  public var attributes = AttributeSet(0)
  public var arenaBytes: UInt64 = 0
  public var lowerBound: UInt64 = 0
  public var storageCount: UInt32 = 0
  public var name = ByteView.empty
  private var offsets = ByteView.empty

  public init() {}

  /// The offset of storage `index`, or nil outside the table.
  public func offset(_ index: Int64) -> UInt64? { offsets.u64(index * 8) }

  public static func write(
    to writer: inout ByteWriter, attributes: AttributeSet, arenaBytes: UInt64, lowerBound: UInt64, name: [UInt8], offsets: [UInt64]
  ) {
    var table = ByteWriter()
    for offset in offsets { table.u64(offset) }
    // The zeros after the name count from the record's start.
    var bytes = ByteWriter()
    withViews([name, table.bytes]) { views in
      var record = PlanRecord()
      (record.attributes, record.arenaBytes, record.lowerBound) = (attributes, arenaBytes, lowerBound)
      record.storageCount = UInt32(offsets.count)
      (record.name, record.offsets) = (views[0], views[1])
      record.write(to: &bytes)
    }
    writer.raw(bytes.bytes)
  }
}

extension PlanRecord: ByteRecord {
  public mutating func visitFields(_ visitor: inout some ByteVisitor) {
    visitor.field(&attributes)
    visitor.field(&arenaBytes)
    visitor.field(&lowerBound)
    visitor.field(&storageCount)
    visitor.zeros(4)
    visitor.string(&name)
    visitor.align(8)
    visitor.bytes(&offsets, count: Int64(storageCount) * 8)
  }
}
