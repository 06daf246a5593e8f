/// Softmax of the channels of each pixel: float32 to float32, or to int8 of zero point -128. Its sum is binary64, and loses nothing where
/// rows are long; `softmax` among the unary instructions sums in binary32.
public struct SoftmaxRowsRecord: Sendable {
  /// Of an int8 result: no code stands for a negative number.
  public static let zeroPoint: Int32 = -128

  public var input: UInt32 = BundleFormat.none
  public var output: UInt32 = BundleFormat.none
  /// 1, or the number of rows as which a plain tensor is seen.
  public var pixels: UInt32 = 1

  public init() {}
}

extension SoftmaxRowsRecord: InstructionRecord {
  public var number: Opcode { .softmaxRows }

  @inline(__always)
  public mutating func visitFields(_ visitor: inout some FieldVisitor) {
    visitor.reads(&input, .inPlace)
    visitor.writes(&output)
    visitor.word(&pixels)
  }
}
