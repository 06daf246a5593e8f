/// A memory plan: where each storage lies in the arena, for a set of attributes. Plan 0 serves every set in every order.
///
/// attributes u64, arena bytes u64, lower bound u64 (the largest live set, for people), storage count u32, zero u32, name string
/// (empty for plan 0), zeros to a multiple of 8, then the offset (u64, a multiple of 64) of each storage: those of fragment 0 first,
/// then those of fragment 1, … `unused` where no fragment of the plan uses it.
public struct PlanRecord {
  public static let unused: UInt64 = .max

  public var attributes: UInt64
  public var arenaBytes: UInt64
  public var lowerBound: UInt64
  public var storageCount: UInt32
  public var name: ByteView
  private var offsets: ByteView

  public init?(_ view: ByteView) {
    var reader = ByteReader(view)
    attributes = reader.u64()
    arenaBytes = reader.u64()
    lowerBound = reader.u64()
    storageCount = reader.u32()
    _ = reader.u32()
    name = reader.string()
    let padding = (8 - reader.offset % 8) % 8
    _ = reader.part(padding)
    offsets = reader.part(Int64(storageCount) * 8)
    if reader.failed { return nil }
  }

  /// The offset of storage `index`, or nil outside the table.
  public func offset(_ index: Int64) -> UInt64? { offsets.u64(index * 8) }

  public static func write(
    to writer: inout ByteWriter, attributes: UInt64, arenaBytes: UInt64, lowerBound: UInt64, name: [UInt8], offsets: [UInt64]
  ) {
    var record = ByteWriter()
    record.u64(attributes)
    record.u64(arenaBytes)
    record.u64(lowerBound)
    record.u32(UInt32(offsets.count))
    record.u32(0)
    record.string(name)
    record.align(8)
    for offset in offsets { record.u64(offset) }
    writer.raw(record.bytes)
  }
}
