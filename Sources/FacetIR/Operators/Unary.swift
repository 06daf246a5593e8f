/// A function applied to each element of one input of any shape.
package struct Unary: Operator, Equatable {
  package var function: UnaryFunction

  package init(function: UnaryFunction) { self.function = function }

  /// The clamp that this operator is, or nil.
  package var clamp: Clamp? { function.clamp }

  package var name: String { function.name }

  package var attributes: String {
    let parameters = function.parameters.map { "\($0.name)=\($0.value)" }
    return (parameters + (function == .geluTanh ? ["approximate=tanh"] : [])).joined(separator: " ")
  }

  package var quantization: QuantizationRule { .table }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 1...1)
    if let clamp {
      try clamp.check()
    } else {
      for (name, value) in function.parameters where !value.isFinite {
        throw ShapeError("\(name) is \(value), expected a finite number")
      }
      if case .fakeQuantize(let scale, let zeroPoint) = function {
        guard scale >= .leastNormalMagnitude, (-128...127).contains(zeroPoint) else {
          throw ShapeError("scale and zero point are \(scale) and \(zeroPoint), which int8 cannot have")
        }
      }
    }
    return inputs[0]
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    Tensor(shape: inputs[0].shape, elements: inputs[0].elements.map(function.apply))
  }
}
