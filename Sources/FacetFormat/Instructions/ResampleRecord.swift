/// output[o, j, i] = sum over t of weights[j * taps + t] * input[o, indices[j * taps + t], i], t ascending. Plain tensors of
/// `outer * inputSize * inner` and `outer * outputSize * inner` elements, both float32 or both int8 with one scale and zero point;
/// `indices` (i32) and `weights` (f32, of int8 i32 in units of 2^-11) lie in the constants.
public struct ResampleRecord: Sendable {
  public var input: UInt32 = BundleFormat.none
  public var output: UInt32 = BundleFormat.none
  public var outer: UInt32 = 1
  public var inputSize: UInt32 = 1
  public var outputSize: UInt32 = 1
  public var inner: UInt32 = 1
  public var taps: UInt32 = 1
  public var indices: UInt32 = 0
  public var weights: UInt32 = 0

  public init() {}
}

extension ResampleRecord: InstructionRecord {
  public var number: Opcode { .resample }

  @inline(__always)
  public mutating func visitFields(_ visitor: inout some FieldVisitor) {
    visitor.reads(&input)
    visitor.writes(&output)
    visitor.word(&outer)
    visitor.word(&inputSize)
    visitor.word(&outputSize)
    visitor.word(&inner)
    visitor.word(&taps)
    visitor.constants(&indices)
    visitor.constants(&weights)
  }
}
