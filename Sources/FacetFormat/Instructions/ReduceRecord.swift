/// Over the elements of the reduced axes, in index order.
public enum ReductionCode: UInt32, Sendable, CaseIterable {
  case sum = 0
  case mean = 1
  case maximum = 2
  case minimum = 3
  case product = 4
  case l1 = 5
  case l2 = 6
  case sumOfSquares = 7
  /// Index (as a float32) of the largest, the first of equals; over one axis.
  case indexOfMaximum = 8
  case indexOfMinimum = 9
}

/// Reduces the axes of `axes` of a plain tensor of `dimensions`, float32. The output lists the kept axes in order.
public struct ReduceRecord: Sendable {
  public var input: UInt32 = BundleFormat.none
  public var output: UInt32 = BundleFormat.none
  /// `ReductionCode`.
  public var function: UInt32 = 0
  /// 1 to 8.
  public var rank: UInt32 = 1
  /// Of the input; 1 beyond `rank`.
  public var dimensions: InlineArray<8, UInt32> = InlineArray(repeating: 1)
  /// Bit i: axis i is reduced.
  public var axes: UInt32 = 0

  public init() {}
}

extension ReduceRecord: InstructionRecord {
  public var number: Opcode { .reduce }

  @inline(__always)
  public mutating func visitFields(_ visitor: inout some FieldVisitor) {
    visitor.reads(&input)
    visitor.writes(&output)
    visitor.word(&function)
    visitor.word(&rank)
    visitor.words(&dimensions)
    visitor.word(&axes)
  }
}
