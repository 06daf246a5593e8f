import Foundation

/// A function of one number.
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

  /// The clamp that this function is, or nil.
  package var clamp: Clamp? {
    switch self {
    case .relu: .relu
    case .clip(let low, let high): Clamp(low: low, high: high)
    case .sigmoid, .hardSigmoid, .hardSwish: nil
    }
  }

  /// The function of one number, in float64 inside.
  package func apply(_ x: Float) -> Float {
    let x = Double(x)
    switch self {
    case .relu: return Float(Clamp.relu.apply(x))
    case .clip(let low, let high): return Float(Clamp(low: low, high: high).apply(x))
    case .sigmoid: return Float(1 / (1 + exp(-x)))
    case .hardSigmoid(let alpha, let beta): return Float(min(max(Double(alpha) * x + Double(beta), 0), 1))
    case .hardSwish: return Float(x * min(max(x / 6 + 0.5, 0), 1))
    }
  }
}

/// A function applied to each element of one input.
package struct Unary: Operator, Equatable {
  package var function: UnaryFunction

  package init(function: UnaryFunction) { self.function = function }

  /// The clamp that this operator is, or nil.
  package var clamp: Clamp? { function.clamp }

  package var name: String {
    switch function {
    case .relu: "Relu"
    case .clip: "Clip"
    case .sigmoid: "Sigmoid"
    case .hardSigmoid: "HardSigmoid"
    case .hardSwish: "HardSwish"
    }
  }

  package var attributes: String {
    switch function {
    case .clip(let low, let high): "min=\(low) max=\(high)"
    case .hardSigmoid(let alpha, let beta): "alpha=\(alpha) beta=\(beta)"
    case .relu, .sigmoid, .hardSwish: ""
    }
  }

  package var quantization: QuantizationRule { .table }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 1...1)
    try clamp?.check()
    if case .hardSigmoid(let alpha, let beta) = function, !(alpha.isFinite && beta.isFinite) {
      throw ShapeError("alpha is \(alpha) and beta \(beta), expected finite numbers")
    }
    return inputs[0]
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    Tensor(shape: inputs[0].shape, elements: inputs[0].elements.map(function.apply))
  }
}
