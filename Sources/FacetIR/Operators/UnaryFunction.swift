import Foundation

/// A function of one number, named as ONNX names it.
package enum UnaryFunction: Sendable, Equatable {
  /// max(x, 0)
  case relu
  /// min(max(x, low), high)
  case clip(Float, Float)
  /// 1 / (1 + e^-x)
  case sigmoid
  /// min(max(alpha · x + beta, 0), 1)
  case hardSigmoid(alpha: Float, beta: Float)
  /// x · min(max(x / 6 + 1/2, 0), 1)
  case hardSwish
  /// e^x
  case exponential
  /// Natural.
  case logarithm
  case squareRoot
  case tanh
  /// erf(x), the integral of the normal distribution
  case error
  case absolute
  case negate
  /// 1 / x
  case reciprocal
  case floor
  case ceiling
  /// To nearest, ties to even.
  case round
  /// x where x >= 0, else alpha · x
  case leakyRelu(alpha: Float)
  /// x where x >= 0, else alpha · (e^x − 1)
  case elu(alpha: Float)
  /// gamma · (x where x >= 0, else alpha · (e^x − 1))
  case selu(alpha: Float, gamma: Float)
  /// ln(1 + e^x)
  case softplus
  /// x / (1 + |x|)
  case softsign
  /// x · sigmoid(alpha · x)
  case swish(alpha: Float)
  /// x · tanh(softplus(x)); D. Misra, arXiv 1908.08681.
  case mish
  /// x · (1 + erf(x / √2)) / 2; D. Hendrycks, K. Gimpel, arXiv 1606.08415.
  case gelu
  /// x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) / 2: the same, approximately.
  case geluTanh
  /// alpha · x + beta
  case affine(alpha: Float, beta: Float)
  case sine
  case cosine
  /// x where x > alpha, else 0
  case thresholdedRelu(alpha: Float)
  /// The nearest number that int8 with this scale and zero point has, `scale · (q − zeroPoint)` with q from -128 to 127:
  /// ONNX's QuantizeLinear with DequantizeLinear behind it. Of uint8 the zero point is less by 128.
  case fakeQuantize(scale: Float, zeroPoint: Int)
  /// -1, 0 or 1
  case sign
  case hyperbolicSine
  case hyperbolicCosine
  case arcTangent

  /// The clamp that this function is, or nil.
  package var clamp: Clamp? {
    switch self {
    case .relu: .relu
    case .clip(let low, let high): Clamp(low: low, high: high)
    default: nil
    }
  }

  /// The function of one number, in float64 inside. Where the function has no value (the logarithm of a negative number)
  /// the result is NaN.
  package func apply(_ x: Float) -> Float { Float(apply(Double(x))) }

  private func apply(_ x: Double) -> Double {
    switch self {
    case .relu: return Clamp.relu.apply(x)
    case .clip(let low, let high): return Clamp(low: low, high: high).apply(x)
    case .sigmoid: return 1 / (1 + exp(-x))
    case .hardSigmoid(let alpha, let beta): return min(max(Double(alpha) * x + Double(beta), 0), 1)
    case .hardSwish: return x * min(max(x / 6 + 0.5, 0), 1)
    case .exponential: return exp(x)
    case .logarithm: return log(x)
    case .squareRoot: return x.squareRoot()
    case .tanh: return Foundation.tanh(x)
    case .error: return erf(x)
    case .absolute: return abs(x)
    case .negate: return -x
    case .reciprocal: return 1 / x
    case .floor: return x.rounded(.down)
    case .ceiling: return x.rounded(.up)
    case .round: return x.rounded(.toNearestOrEven)
    case .leakyRelu(let alpha): return x >= 0 ? x : Double(alpha) * x
    case .elu(let alpha): return x >= 0 ? x : Double(alpha) * expm1(x)
    case .selu(let alpha, let gamma): return Double(gamma) * (x >= 0 ? x : Double(alpha) * expm1(x))
    case .softplus: return softplusOf(x)
    case .softsign: return x / (1 + abs(x))
    case .swish(let alpha): return x / (1 + exp(-Double(alpha) * x))
    case .mish: return x * Foundation.tanh(softplusOf(x))
    case .gelu: return x * (1 + erf(x * 0.5.squareRoot())) / 2
    case .geluTanh: return x * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))) / 2
    case .affine(let alpha, let beta): return Double(alpha) * x + Double(beta)
    case .sine: return sin(x)
    case .cosine: return cos(x)
    case .thresholdedRelu(let alpha): return x > Double(alpha) ? x : 0
    case .sign: return x > 0 ? 1 : x < 0 ? -1 : x
    case .hyperbolicSine: return sinh(x)
    case .hyperbolicCosine: return cosh(x)
    case .arcTangent: return atan(x)
    case .fakeQuantize(let scale, let zeroPoint):
      // The quotient in float32, as ONNX has it: what is nearly halfway may become so.
      let quotient = Float(x) / scale
      let (low, high) = (Float(-128 - zeroPoint), Float(127 - zeroPoint))
      return Double(min(max(quotient.isNaN ? 0 : quotient, low), high).rounded(.toNearestOrEven)) * Double(scale)
    }
  }
}

/// Without overflow for large x.
private func softplusOf(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

extension UnaryFunction {
  /// The operator's name: ONNX's, where it has one.
  var name: String { row.name }

  /// Its number in bundles (`Sources/FacetKernels/include/facet_functions.h`); nil for those that have an instruction of their own.
  package var number: UInt32? { row.number }

  private var row: (name: String, number: UInt32?) {
    switch self {
    case .relu: ("Relu", nil)
    case .clip: ("Clip", nil)
    case .sigmoid: ("Sigmoid", nil)
    case .hardSigmoid: ("HardSigmoid", nil)
    case .hardSwish: ("HardSwish", nil)
    case .exponential: ("Exp", 0)
    case .logarithm: ("Log", 1)
    case .squareRoot: ("Sqrt", 2)
    case .tanh: ("Tanh", 3)
    case .error: ("Erf", 4)
    case .absolute: ("Abs", 5)
    case .negate: ("Neg", 6)
    case .reciprocal: ("Reciprocal", 7)
    case .floor: ("Floor", 8)
    case .ceiling: ("Ceil", 9)
    case .round: ("Round", 10)
    case .leakyRelu: ("LeakyRelu", 11)
    case .elu: ("Elu", 12)
    case .selu: ("Selu", 13)
    case .softplus: ("Softplus", 14)
    case .softsign: ("Softsign", 15)
    case .swish: ("Swish", 16)
    case .mish: ("Mish", 17)
    case .gelu: ("Gelu", 18)
    case .geluTanh: ("Gelu", 19)
    case .affine: ("ScaleShift", 20)
    case .sine: ("Sin", 21)
    case .cosine: ("Cos", 22)
    case .thresholdedRelu: ("ThresholdedRelu", 23)
    case .fakeQuantize: ("FakeQuantize", 24)
    case .sign: ("Sign", 25)
    case .hyperbolicSine: ("Sinh", 26)
    case .hyperbolicCosine: ("Cosh", 27)
    case .arcTangent: ("Atan", 28)
    }
  }

  /// The parameters with their names, in order.
  package var parameters: [(name: String, value: Float)] {
    switch self {
    case .clip(let low, let high): [("min", low), ("max", high)]
    case .hardSigmoid(let alpha, let beta), .affine(let alpha, let beta): [("alpha", alpha), ("beta", beta)]
    case .leakyRelu(let alpha), .elu(let alpha), .swish(let alpha), .thresholdedRelu(let alpha): [("alpha", alpha)]
    case .selu(let alpha, let gamma): [("alpha", alpha), ("gamma", gamma)]
    case .fakeQuantize(let scale, let zeroPoint): [("scale", scale), ("zero_point", Float(zeroPoint))]
    default: []
    }
  }
}
