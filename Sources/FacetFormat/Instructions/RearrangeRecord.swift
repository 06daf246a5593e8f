/// Output element at (i0, i1, …) of a grid of `dimensions` is the input element at the sum of the axes' input table entries; it goes to
/// the sum of their output table entries. Where an input entry is -1 the element is `fill`. int8 or float32, plain tensors.
///
/// Tables: i32 in the constants at `tables`: the input entries of axis 0, of axis 1, …, then the output entries of axis 0, ….
public struct RearrangeRecord: Sendable {
  public var input: UInt32 = BundleFormat.none
  public var output: UInt32 = BundleFormat.none
  /// 1 to 8.
  public var rank: UInt32 = 1
  /// Of the grid; 1 beyond `rank`.
  public var dimensions: InlineArray<8, UInt32> = InlineArray(repeating: 1)
  public var tables: UInt32 = 0
  /// int8: the code (canonical, as i32 bits); float32: the bits.
  public var fill: UInt32 = 0

  public init() {}
}

extension RearrangeRecord: InstructionRecord {
  public var number: Opcode { .rearrange }

  @inline(__always)
  public mutating func visitFields(_ visitor: inout some FieldVisitor) {
    visitor.reads(&input)
    visitor.writes(&output)
    visitor.word(&rank)
    visitor.words(&dimensions)
    visitor.constants(&tables)
    visitor.word(&fill)
  }
}
