/// Per channel `y = clamp(x · scale + shift)`: x of 2 to 4 dimensions, scale `[C]`, shift `[C]`; channels are axis 1.
///
/// A batch normalization in two constants. ONNX has no such operator.
package struct Affine: Operator, Equatable {
  package var clamp: Clamp

  package init(clamp: Clamp = .none) { self.clamp = clamp }

  package var name: String { "Affine" }
  package var attributes: String { clamp.attribute ?? "" }
  package var quantization: QuantizationRule { .weighted }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 3...3)
    try checkImage(inputs[0], ranks: [2, 3, 4])
    try checkEqual(inputs[1], [inputs[0][1]], "the scale")
    try checkEqual(inputs[2], [inputs[0][1]], "the shift")
    try clamp.check()
    return inputs[0]
  }

  package func multiplyAccumulates(_ inputs: [[Int]], output: [Int]) -> Int { output.elementCount }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    let (scale, shift) = (inputs[1].elements, inputs[2].elements)
    return inputs[0].mapChannels { x, c in clamp.apply(x * Double(scale[c]) + Double(shift[c])) }
  }
}

extension Tensor {
  /// A tensor of the same shape `[N, C, ...]`, each element from its value and its channel.
  func mapChannels(_ body: (Double, Int) -> Double) -> Tensor {
    var result = self
    let plane = shape.dropFirst(2).reduce(1, *)
    for index in elements.indices { result.elements[index] = Float(body(Double(elements[index]), index / plane % shape[1])) }
    return result
  }
}
