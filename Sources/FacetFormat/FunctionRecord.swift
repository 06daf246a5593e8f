/// Functions of one number, float32. No libm: the arithmetic stands in Formats/facet-bundle.md.
public enum ScalarFunction: UInt32, Sendable, CaseIterable {
  case exponential = 0
  case logarithm = 1
  case squareRoot = 2
  case tanh = 3
  case error = 4
  case absolute = 5
  case negate = 6
  case reciprocal = 7
  case floor = 8
  case ceiling = 9
  /// To nearest, ties to even.
  case round = 10
  /// x where x >= 0, else alpha * x.
  case leakyRelu = 11
  /// x where x >= 0, else alpha * (e^x - 1).
  case elu = 12
  /// beta * (x where x >= 0, else alpha * (e^x - 1)).
  case selu = 13
  /// ln(1 + e^x)
  case softplus = 14
  case softsign = 15
  /// x * sigmoid(alpha * x)
  case swish = 16
  /// x * tanh(softplus(x))
  case mish = 17
  /// x * (1 + erf(x / sqrt 2)) / 2
  case gelu = 18
  /// The same by tanh.
  case geluTanh = 19
  /// alpha * x + beta
  case affine = 20
  case sine = 21
  case cosine = 22
  /// The nearest number of an int8 grid: alpha * clamp(round(x / alpha), -128 - beta, 127 - beta).
  case fakeQuantize = 23
}

/// A function of each element, float32; input and output have one geometry and may be the same.
public struct FunctionRecord: Sendable {
  public var input: UInt32 = BundleFormat.none
  public var output: UInt32 = BundleFormat.none
  /// `ScalarFunction`.
  public var function: UInt32 = 0
  public var alpha: Float = 0
  public var beta: Float = 0

  public init() {}

  public init(_ instruction: Instruction) {
    input = instruction.words[1]
    output = instruction.words[2]
    function = instruction.words[3]
    alpha = instruction.f32(4)
    beta = instruction.f32(5)
  }

  public var instruction: Instruction {
    var result = Instruction(.function)
    result.words[1] = input
    result.words[2] = output
    result.words[3] = function
    result.set(4, alpha)
    result.set(5, beta)
    return result
  }
}
