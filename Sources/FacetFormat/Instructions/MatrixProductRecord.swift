/// output[batch] = a[batch] (rows x inner) * b[batch] (inner x columns), float32, all row-major. A batch stride of 0 repeats an operand.
public struct MatrixProductRecord: Sendable {
  public var a: UInt32 = BundleFormat.none
  /// None where b is a constant.
  public var b: UInt32 = BundleFormat.none
  public var output: UInt32 = BundleFormat.none
  public var rows: UInt32 = 1
  public var inner: UInt32 = 1
  public var columns: UInt32 = 1
  /// Sizes of the batch axes; 1 where unused. The output lists batches in row-major order.
  public var batch: InlineArray<4, UInt32> = InlineArray(repeating: 1)
  /// Of each batch axis, in elements.
  public var aStrides: InlineArray<4, UInt32> = InlineArray(repeating: 0)
  public var bStrides: InlineArray<4, UInt32> = InlineArray(repeating: 0)
  /// Offset of b in the constants, where `b` is none.
  public var constant: UInt32 = BundleFormat.none

  public init() {}
}

extension MatrixProductRecord: InstructionRecord {
  public var number: Opcode { .matrixProduct }

  @inline(__always)
  public mutating func visitFields(_ visitor: inout some FieldVisitor) {
    visitor.reads(&a)
    visitor.reads(&b, .optional)
    visitor.writes(&output)
    visitor.word(&rows)
    visitor.word(&inner)
    visitor.word(&columns)
    visitor.words(&batch)
    visitor.words(&aStrides)
    visitor.words(&bStrides)
    visitor.constants(&constant)
  }
}
