/// Header: magic u64, version u32, header size u32, file size u64, section count u32, entry size u32, flags u32, required features u32,
/// zeros.
public struct BundleHeader {
  public var version: UInt32 = BundleFormat.version
  public var headerSize: UInt32 = BundleFormat.headerSize
  public var fileSize: UInt64 = 0
  public var sectionCount: UInt32 = 0
  public var sectionEntrySize: UInt32 = BundleFormat.sectionEntrySize
  public var flags: UInt32 = 0
  /// Bits that an engine must know to run the bundle.
  public var requiredFeatures: UInt32 = 0

  /// Flag: int8 tensors are stored as uint8 with 128 added (`facet_kernels.h`, `stored_unsigned`).
  public static let storedUnsigned: UInt32 = 1

  /// Required feature: some attribute has a gate.
  public static let gates: UInt32 = 1
  /// Required feature: some attribute is a number that its record says how to work out (`AttributeRecord.value`).
  public static let values: UInt32 = 2
  /// Required feature: the input section has a mean image (`InputRecord.means`).
  public static let meanImage: UInt32 = 4
  /// All bits that this engine knows.
  public static let knownFeatures = gates | values | meanImage

  public init() {}
}

extension BundleHeader: ByteRecord {
  public mutating func visitFields(_ visitor: inout some ByteVisitor) {
    var magic = BundleFormat.magic
    visitor.field(&magic)
    if magic != BundleFormat.magic { visitor.refuse() }
    visitor.field(&version)
    visitor.field(&headerSize)
    visitor.field(&fileSize)
    visitor.field(&sectionCount)
    visitor.field(&sectionEntrySize)
    visitor.field(&flags)
    visitor.field(&requiredFeatures)
  }

  /// The fields and zeros up to the header's size.
  public func write(to writer: inout ByteWriter) {
    var header = self
    header.visitFields(&writer)
    writer.align(Int(BundleFormat.headerSize))
  }
}
