/// Functions of two operands, float32. `reverse…` swap them: the constant is always b.
public enum ElementwiseFunction: UInt32, Sendable, CaseIterable {
  case add = 0
  case subtract = 1
  case multiply = 2
  case divide = 3
  case minimum = 4
  case maximum = 5
  case power = 6
  /// a where a >= 0, else a * b.
  case prelu = 7
  case reverseSubtract = 8
  case reverseDivide = 9
  case reversePower = 10
  // Since version 2. Comparisons give 1 or 0.
  case equal = 11
  /// a < b
  case less = 12
  /// a <= b
  case lessOrEqual = 13
  /// b < a
  case reverseLess = 14
  /// b <= a
  case reverseLessOrEqual = 15
  /// a where b is not 0, else −0
  case whereTrue = 16
  /// a where b is 0, else −0
  case whereFalse = 17
  /// b where a is not 0, else −0
  case reverseWhereTrue = 18
  /// b where a is 0, else −0
  case reverseWhereFalse = 19

  /// The format version that brought it.
  public var since: UInt32 { rawValue > ElementwiseFunction.reversePower.rawValue ? 2 : 1 }
}

/// Two operands, float32: over a grid of `dimensions` (row-major, the output's order), operand elements found by strides (0 repeats).
public struct ElementwiseRecord: Sendable {
  public var a: UInt32 = BundleFormat.none
  /// None where b is a constant.
  public var b: UInt32 = BundleFormat.none
  public var output: UInt32 = BundleFormat.none
  /// `ElementwiseFunction`.
  public var function: UInt32 = 0
  /// 1 to 8.
  public var rank: UInt32 = 1
  /// 1 beyond `rank`.
  public var dimensions: InlineArray<8, UInt32> = InlineArray(repeating: 1)
  /// In elements.
  public var aStrides: InlineArray<8, UInt32> = InlineArray(repeating: 0)
  public var bStrides: InlineArray<8, UInt32> = InlineArray(repeating: 0)
  /// Offset of b in the constants, where `b` is none.
  public var constant: UInt32 = BundleFormat.none

  public init() {}
}

extension ElementwiseRecord: InstructionRecord {
  public var number: Opcode { .elementwise }

  @inline(__always)
  public mutating func visitFields(_ visitor: inout some FieldVisitor) {
    visitor.reads(&a)
    visitor.reads(&b, .optional)
    visitor.writes(&output)
    visitor.word(&function)
    visitor.word(&rank)
    visitor.words(&dimensions)
    visitor.words(&aStrides)
    visitor.words(&bStrides)
    visitor.constants(&constant)
  }
}
