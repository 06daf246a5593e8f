/// The numbers of functions in bundles: written down again, so that a test fails where one changes.
enum ScalarFunction: UInt32, CaseIterable {
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
  /// x where x > alpha, else 0
  case thresholdedRelu = 23
  /// The nearest number of an int8 grid of scale alpha and zero point beta.
  case fakeQuantize = 24
  case sign = 25
  case hyperbolicSine = 26
  case hyperbolicCosine = 27
  case arcTangent = 28
}
