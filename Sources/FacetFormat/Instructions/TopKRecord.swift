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
}

extension TopKRecord: InstructionRecord {
  public var number: Opcode { .topK }

  @inline(__always)
  public mutating func visitFields(_ visitor: inout some FieldVisitor) {
    visitor.reads(&input)
    visitor.writes(&output)
    visitor.word(&outer)
    visitor.word(&size)
    visitor.word(&inner)
    visitor.word(&count)
    visitor.word(&smallest)
    visitor.word(&indices)
  }
}
