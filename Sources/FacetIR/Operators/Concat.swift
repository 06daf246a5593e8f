/// ONNX `Concat` of one or more inputs along an axis.
package struct Concat: Operator, Equatable {
  package var axis: Int

  package init(axis: Int) { self.axis = axis }

  package var name: String { "Concat" }
  package var attributes: String { "axis=\(axis)" }
  package var quantization: QuantizationRule { .tablePerInput }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 1...Int.max - 1)
    try checkAxis(axis, inputs[0])
    var result = inputs[0]
    for shape in inputs.dropFirst() {
      var expected = inputs[0]
      if shape.count == expected.count { expected[axis] = shape[axis] }
      guard shape == expected else {
        throw ShapeError("shapes \(inputs[0]) and \(shape) differ in more than axis \(axis)")
      }
      let (sum, overflow) = result[axis].addingReportingOverflow(shape[axis])
      guard !overflow else { throw .limit("axis \(axis) of the output is too long") }
      result[axis] = sum
    }
    try checkShape(result, "the output")
    return result
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    guard let shape = try? outputShape(inputs.map(\.shape)) else { preconditionFailure("the input shapes do not fit") }
    var elements: [Float] = []
    elements.reserveCapacity(shape.elementCount)
    for outer in 0..<shape[..<axis].reduce(1, *) {
      for input in inputs {
        let run = input.shape[axis...].reduce(1, *)
        elements += input.elements[outer * run..<(outer + 1) * run]
      }
    }
    return Tensor(shape: shape, elements: elements)
  }
}
