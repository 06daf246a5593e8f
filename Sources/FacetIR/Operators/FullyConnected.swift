/// ONNX `Gemm` as networks use it: x `[1, K]`, weights `[O, K]`, bias `[O]` (always there) → `[1, O]`.
///
/// `y = clamp(weights · x + bias)`.
package struct FullyConnected: Operator, Equatable {
  package var clamp: Clamp

  package init(clamp: Clamp = .none) { self.clamp = clamp }

  package var name: String { "Gemm" }
  package var attributes: String { clamp.attribute ?? "" }
  package var quantization: QuantizationRule { .weighted }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: 3...3)
    try checkRank(inputs[0], [2], "the input")
    try checkRank(inputs[1], [2], "the weights")
    try clamp.check()
    try checkEqual(inputs[0], [1, inputs[1][1]], "the input")
    try checkEqual(inputs[2], [inputs[1][0]], "the bias")
    return [1, inputs[1][0]]
  }

  package func multiplyAccumulates(_ inputs: [[Int]], output: [Int]) -> Int { inputs[1].elementCount }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    let (x, weights, bias) = (inputs[0], inputs[1], inputs[2])
    let (outputs, columns) = (weights.shape[0], weights.shape[1])
    var result = Tensor(shape: [1, outputs], repeating: 0)
    for o in 0..<outputs {
      var sum = Double(bias.elements[o])
      for k in 0..<columns { sum += Double(x.elements[k]) * Double(weights.elements[o * columns + k]) }
      result.elements[o] = Float(clamp.apply(sum))
    }
    return result
  }
}
