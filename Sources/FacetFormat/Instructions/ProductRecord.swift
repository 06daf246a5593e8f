/// output = (a (rows x inner) * b (inner x columns)) * multiplier for each place of three batch axes, of two computed tensors. Operands and result are
/// read and written through strides, so that heads, transposes and repeated operands need no copy. int8 gives int8 or float32, float32 gives float32.
public struct ProductRecord: Sendable {
  public var a: UInt32 = BundleFormat.none
  public var b: UInt32 = BundleFormat.none
  public var output: UInt32 = BundleFormat.none
  public var rows: UInt32 = 1
  public var inner: UInt32 = 1
  public var columns: UInt32 = 1
  /// Sizes of the batch axes; 1 where unused.
  public var batch: InlineArray<3, UInt32> = InlineArray(repeating: 1)
  /// Of the first element; as all offsets and strides here, in elements in the order of memory. A stride of 0 repeats.
  public var aOffset: UInt32 = 0
  public var aBatch: InlineArray<3, UInt32> = InlineArray(repeating: 0)
  public var aRow: UInt32 = 0
  public var aInner: UInt32 = 0
  public var bOffset: UInt32 = 0
  public var bBatch: InlineArray<3, UInt32> = InlineArray(repeating: 0)
  public var bInner: UInt32 = 0
  public var bColumn: UInt32 = 0
  public var outputBatch: InlineArray<3, UInt32> = InlineArray(repeating: 0)
  public var outputRow: UInt32 = 0
  public var outputColumn: UInt32 = 0
  /// Of each sum; for an int8 result in units of its scale.
  public var multiplier: Float = 1
  public var low: Int32 = -128
  public var high: Int32 = 127
  public var lowFloat: Float = -.infinity
  public var highFloat: Float = .infinity

  public init() {}
}

extension ProductRecord: InstructionRecord {
  public var number: Opcode { .product }

  @inline(__always)
  public mutating func visitFields(_ visitor: inout some FieldVisitor) {
    visitor.reads(&a)
    visitor.reads(&b)
    visitor.writes(&output)
    visitor.word(&rows)
    visitor.word(&inner)
    visitor.word(&columns)
    visitor.words(&batch)
    visitor.word(&aOffset)
    visitor.words(&aBatch)
    visitor.word(&aRow)
    visitor.word(&aInner)
    visitor.word(&bOffset)
    visitor.words(&bBatch)
    visitor.word(&bInner)
    visitor.word(&bColumn)
    visitor.words(&outputBatch)
    visitor.word(&outputRow)
    visitor.word(&outputColumn)
    visitor.word(&multiplier)
    visitor.word(&low)
    visitor.word(&high)
    visitor.word(&lowFloat)
    visitor.word(&highFloat)
  }
}
