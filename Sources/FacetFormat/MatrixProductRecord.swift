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

  public init(_ instruction: Instruction) {
    a = instruction.words[1]
    b = instruction.words[2]
    output = instruction.words[3]
    rows = instruction.words[4]
    inner = instruction.words[5]
    columns = instruction.words[6]
    for i in 0..<4 { batch[i] = instruction.words[7 + i] }
    for i in 0..<4 { aStrides[i] = instruction.words[11 + i] }
    for i in 0..<4 { bStrides[i] = instruction.words[15 + i] }
    constant = instruction.words[19]
  }

  public var instruction: Instruction {
    var result = Instruction(.matrixProduct)
    result.words[1] = a
    result.words[2] = b
    result.words[3] = output
    result.words[4] = rows
    result.words[5] = inner
    result.words[6] = columns
    for i in 0..<4 { result.words[7 + i] = batch[i] }
    for i in 0..<4 { result.words[11 + i] = aStrides[i] }
    for i in 0..<4 { result.words[15 + i] = bStrides[i] }
    result.words[19] = constant
    return result
  }
}
