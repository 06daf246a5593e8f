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
  /// `SectionKind`, or one that this version does not know.
  public var kind: UInt32 = 0
  public var index: UInt32 = 0
  public var offset: UInt64 = 0
  public var length: UInt64 = 0
  public var hash = SHA256.Digest.none

  public init() {}

  public init(kind: UInt32, index: UInt32, offset: UInt64, length: UInt64, hash: SHA256.Digest) {
    self.kind = kind
    self.index = index
    self.offset = offset
    self.length = length
    self.hash = hash
  }
}

extension SectionEntry: ByteRecord {
  public mutating func visitFields(_ visitor: inout some ByteVisitor) {
    visitor.field(&kind)
    visitor.field(&index)
    visitor.field(&offset)
    visitor.field(&length)
    visitor.field(&hash)
    visitor.zeros(8)
  }
}
