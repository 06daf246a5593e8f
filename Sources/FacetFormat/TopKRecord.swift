/// Along one axis of a plain tensor of `outer * size * inner` elements, float32: the `count` first ones by value, the lower index
/// first among equals; not a number counts as the largest. The output, `outer * count * inner` elements, has their values or their
/// indices along the axis (as float32).
public struct TopKRecord: Sendable {
  public var input: UInt32 = BundleFormat.none
  public var output: UInt32 = BundleFormat.none
  public var outer: UInt32 = 1
  public var size: UInt32 = 1
  public var inner: UInt32 = 1
  /// 1 to `size`.
  public var count: UInt32 = 1
  /// 0: the largest come first; 1: the smallest.
  public var smallest: UInt32 = 0
  /// 0: values; 1: indices.
  public var indices: UInt32 = 0

  public init() {}

  public init(_ instruction: Instruction) {
    input = instruction.words[1]
    output = instruction.words[2]
    outer = instruction.words[3]
    size = instruction.words[4]
    inner = instruction.words[5]
    count = instruction.words[6]
    smallest = instruction.words[7]
    indices = instruction.words[8]
  }

  public var instruction: Instruction {
    var result = Instruction(.topK)
    result.words[1] = input
    result.words[2] = output
    result.words[3] = outer
    result.words[4] = size
    result.words[5] = inner
    result.words[6] = count
    result.words[7] = smallest
    result.words[8] = indices
    return result
  }
}
