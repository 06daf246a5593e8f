/// ONNX `Reshape` and `Flatten`: the same elements in the same order under a shape that is known.
package struct Reshape: Operator, Equatable {
  /// Without 0 or -1: the importer resolves them.
  package var shape: [Int]

  package init(shape: [Int]) { self.shape = shape }

  package var name: String { "Reshape" }
  package var attributes: String { "shape=\(shape.commaSeparated)" }
  package var quantization: QuantizationRule { .sameRange }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 1...1)
    try checkShape(shape, "the output")
    guard shape.elementCount == inputs[0].elementCount else {
      throw ShapeError("\(inputs[0]) cannot be reshaped to \(shape): the numbers of elements differ")
    }
    return shape
  }

  package func reference(_ inputs: [Tensor]) -> Tensor { Tensor(shape: shape, elements: inputs[0].elements) }
}

/// ONNX `Identity`, and whatever does nothing at inference.
package struct Identity: Operator, Equatable {
  package init() {}

  package var name: String { "Identity" }
  package var quantization: QuantizationRule { .sameRange }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 1...1)
    return inputs[0]
  }

  package func reference(_ inputs: [Tensor]) -> Tensor { inputs[0] }
}
