/// One instruction: 128 bytes, 32 words. Word 0 is the opcode; the opcode's record gives the others their meaning. Unused words are 0.
public struct Instruction: Sendable {
  public static let size: Int64 = 128
  public static let wordCount = 32

  public var words: InlineArray<32, UInt32> = InlineArray(repeating: 0)

  public init(_ opcode: Opcode) { words[0] = opcode.rawValue }

  public init?(reading reader: inout ByteReader) {
    for i in 0..<Self.wordCount { words[i] = reader.u32() }
    if reader.failed { return nil }
  }

  public func write(to writer: inout ByteWriter) {
    for i in 0..<Self.wordCount { writer.u32(words[i]) }
  }

  /// Nil for an opcode that this version does not know.
  public var opcode: Opcode? { Opcode(rawValue: words[0]) }
}
