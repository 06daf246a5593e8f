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

  public init(_ instruction: Instruction) {
    input = instruction.words[1]
    output = instruction.words[2]
    rank = instruction.words[3]
    for i in 0..<8 { dimensions[i] = instruction.words[4 + i] }
    tables = instruction.words[12]
    fill = instruction.words[13]
  }

  public var instruction: Instruction {
    var result = Instruction(.rearrange)
    result.words[1] = input
    result.words[2] = output
    result.words[3] = rank
    for i in 0..<8 { result.words[4 + i] = dimensions[i] }
    result.words[12] = tables
    result.words[13] = fill
    return result
  }
}
