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

  public init(_ instruction: Instruction) {
    input = instruction.words[1]
    output = instruction.words[2]
    outer = instruction.words[3]
    inputSize = instruction.words[4]
    outputSize = instruction.words[5]
    inner = instruction.words[6]
    taps = instruction.words[7]
    indices = instruction.words[8]
    weights = instruction.words[9]
  }

  public var instruction: Instruction {
    var result = Instruction(.resample)
    result.words[1] = input
    result.words[2] = output
    result.words[3] = outer
    result.words[4] = inputSize
    result.words[5] = outputSize
    result.words[6] = inner
    result.words[7] = taps
    result.words[8] = indices
    result.words[9] = weights
    return result
  }
}
