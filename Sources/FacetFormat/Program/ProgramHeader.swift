/// Beginning of a program section. Fragment 0 is the trunk: all attributes need it, and it holds the input tensor.
///
/// 64 bytes: attributes u64, import count, tensor count (imports included), storage count, instruction count (u32 each),
/// SHA-256 of what it depends on (32 bytes: the program, constants and weights hashes of the fragments it imports from, in order;
/// zeros where there are none), zeros (8). Then the imports, the tensors, the storage sizes (u64 each), the instructions.
public struct ProgramHeader: Equatable, Sendable {
  public static let size: Int64 = 64
  public static let maximumTensors: UInt32 = 1 << 20
  public static let maximumInstructions: UInt32 = 1 << 20

  /// Those that need this fragment.
  public var attributes = AttributeSet(0)
  public var importCount: UInt32 = 0
  public var tensorCount: UInt32 = 0
  public var storageCount: UInt32 = 0
  public var instructionCount: UInt32 = 0
  public var dependency = SHA256.Digest.none

  public init() {}
}

extension ProgramHeader: ByteRecord {
  public mutating func visitFields(_ visitor: inout some ByteVisitor) {
    visitor.field(&attributes)
    visitor.field(&importCount)
    visitor.field(&tensorCount)
    visitor.field(&storageCount)
    visitor.field(&instructionCount)
    visitor.field(&dependency)
    visitor.zeros(8)
  }
}

extension ProgramHeader {
  /// The hashes in the section table of a fragment's program, constants and weights; that of no bytes where a section is absent.
  public struct ContentHashes {
    public var program: SHA256.Digest
    public var constants: SHA256.Digest
    public var weights: SHA256.Digest

    public init(program: SHA256.Digest, constants: SHA256.Digest, weights: SHA256.Digest) {
      self.program = program
      self.constants = constants
      self.weights = weights
    }
  }

  /// What `dependency` must hold for a fragment that imports from these fragments: each once, by rising index.
  public static func dependency(on fragments: [ContentHashes]) -> SHA256.Digest {
    guard !fragments.isEmpty else { return .none }
    var writer = ByteWriter()
    for hashes in fragments {
      hashes.program.write(to: &writer)
      hashes.constants.write(to: &writer)
      hashes.weights.write(to: &writer)
    }
    return writer.bytes.withUnsafeBytes { SHA256.hash($0) }
  }
}
