/// A function of two operands of any shapes with multidirectional broadcasting, and the activation that follows.
package struct Binary: Operator, Equatable {
  package var function: BinaryFunction
  package var clamp: Clamp

  package init(function: BinaryFunction, clamp: Clamp = .none) {
    self.function = function
    self.clamp = clamp
  }

  package var name: String { function.name }
  package var attributes: String { clamp.attribute ?? "" }
  package var quantization: QuantizationRule { function.quantization }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 2...2)
    try clamp.check()
    let result = try broadcast(inputs[0], inputs[1])
    try checkShape(result, "the output")
    return result
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    let (a, b) = (inputs[0], inputs[1])
    guard let shape = try? outputShape([a.shape, b.shape]) else { preconditionFailure("the input shapes do not fit") }
    var elements: [Float] = []
    elements.reserveCapacity(shape.elementCount)
    forEachBroadcast(a.shape, b.shape, to: shape) { atA, atB in
      elements.append(Float(clamp.apply(function.apply(Double(a.elements[atA]), Double(b.elements[atB])))))
    }
    return Tensor(shape: shape, elements: elements)
  }
}
