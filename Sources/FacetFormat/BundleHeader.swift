/// The first bytes of a bundle and its table of sections (Formats/facet-bundle.md, "Header").
public enum BundleFormat {
  /// 0x89 F A C E T CR LF: a transfer that changes line ends or strips the eighth bit shows.
  public static let magic: UInt64 = 0x0A0D_5445_4341_4689
  /// The version of a bundle that needs nothing newer.
  public static let version: UInt32 = 1
  /// The newest version that is understood.
  public static let newestVersion: UInt32 = 2
  public static let headerSize: UInt32 = 64
  public static let sectionEntrySize: UInt32 = 64
  /// Every section begins at a multiple of this.
  public static let alignment: Int64 = 64
  public static let maximumSections: UInt32 = 1024
  public static let maximumAttributes = 64
  /// Absent tensor, storage or offset.
  public static let none: UInt32 = .max
}

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

  /// Nil where the bytes are too few or do not begin with the magic.
  public init?(_ view: ByteView) {
    var reader = ByteReader(view)
    guard reader.u64() == BundleFormat.magic else { return nil }
    version = reader.u32()
    headerSize = reader.u32()
    fileSize = reader.u64()
    sectionCount = reader.u32()
    sectionEntrySize = reader.u32()
    flags = reader.u32()
    requiredFeatures = reader.u32()
    if reader.failed { return nil }
  }

  public func write(to writer: inout ByteWriter) {
    writer.u64(BundleFormat.magic)
    writer.u32(version)
    writer.u32(headerSize)
    writer.u64(fileSize)
    writer.u32(sectionCount)
    writer.u32(sectionEntrySize)
    writer.u32(flags)
    writer.u32(requiredFeatures)
    writer.align(Int(BundleFormat.headerSize))
  }
}

/// What a section holds. An engine passes over kinds that it does not know.
public enum SectionKind: UInt32 {
  case input = 1
  case attributes = 2
  /// Tensors and instructions of fragment `index`.
  case program = 3
  case constants = 4
  case weights = 5
  /// Offsets of all storages for plan `index`.
  case plan = 6
  case selfTest = 7
  /// JSON: hashes of model, recipe and calibration; versions; options; target. For people and tools.
  case provenance = 8
  /// In which order attributes are evaluated, and their gates (`GateRecord`).
  case evaluation = 9
  /// Names of the tensors where branches leave (`ForkRecord`).
  case forks = 10
  /// What the tensors of each fragment compute, by value numbers (`ValueNumberRecord`). For tools that replace a branch.
  case valueNumbers = 11
}

/// Entry: kind u32, index u32, offset u64, length u64, SHA-256 (32 bytes), zeros (8).
public struct SectionEntry {
  public var kind: UInt32
  public var index: UInt32
  public var offset: UInt64
  public var length: UInt64
  public var hash: SHA256.Digest

  public init(kind: UInt32, index: UInt32, offset: UInt64, length: UInt64, hash: SHA256.Digest) {
    self.kind = kind
    self.index = index
    self.offset = offset
    self.length = length
    self.hash = hash
  }

  public init?(_ view: ByteView) {
    var reader = ByteReader(view)
    kind = reader.u32()
    index = reader.u32()
    offset = reader.u64()
    length = reader.u64()
    hash = SHA256.Digest(reading: &reader)
    if reader.failed { return nil }
  }

  public func write(to writer: inout ByteWriter) {
    writer.u32(kind)
    writer.u32(index)
    writer.u64(offset)
    writer.u64(length)
    hash.write(to: &writer)
    writer.u64(0)
  }
}
